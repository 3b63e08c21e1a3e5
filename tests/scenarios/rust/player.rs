//! Does one step after the other, compares what came, and keeps what later steps need.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::story::{escape, Scenario, Step};
use crate::world::World;

pub type Items = BTreeMap<String, String>;
pub type Played<T> = Result<T, String>;

/// The text of an argument or item; what is not there is empty.
pub fn get<'a>(of: &'a Items, name: &str) -> &'a str {
    of.get(name).map_or("", String::as_str)
}

/// The program of MFA_AUTHENTICATOR, for many scenarios.
pub struct Authenticator {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Authenticator {
    pub fn start() -> Self {
        let program = std::env::var_os("MFA_AUTHENTICATOR").expect("MFA_AUTHENTICATOR names no program");
        let mut process = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, to, from }
    }

    /// Names and texts are plain; what follows `options` is JSON as it is.
    fn ask(&mut self, members: &str) -> Played<String> {
        writeln!(self.to, "{{{members}}}").and_then(|_| self.to.flush()).map_err(|error| error.to_string())?;
        let mut answer = String::new();
        self.from.read_line(&mut answer).map_err(|error| error.to_string())?;
        if answer.is_empty() || answer.starts_with("{\"error\"") {
            return Err(format!("the authenticator: {answer}"));
        }
        Ok(answer.trim_end().to_owned())
    }

    fn passkey(&mut self, op: &str, arguments: &Items) -> Played<Items> {
        let mut members = format!("\"op\":\"{op}\"");
        for name in ["authenticator", "of", "origin", "fault"] {
            write!(members, ",\"{name}\":\"{}\"", get(arguments, name)).unwrap();
        }
        if let Some(offer) = arguments.get("offer") {
            write!(members, ",\"options\":{offer}").unwrap();
        }
        let answer = self.ask(&members)?;
        Ok(if op == "clone" { Items::new() } else { Items::from([("response".to_owned(), answer)]) })
    }
}

impl Drop for Authenticator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn cut(arguments: &Items) -> Played<Items> {
    let mut text = get(arguments, "of");
    if let Some(after) = arguments.get("after") {
        text = text.split_once(after.as_str()).ok_or_else(|| format!("there is no {after:?} to cut after"))?.1;
    }
    if let Some(before) = arguments.get("before") {
        text = match text.split_once(before.as_str()) {
            Some((found, _)) => found,
            None if before == "\n" => text,
            None => return Err(format!("there is no {before:?} to cut before")),
        };
    }
    Ok(Items::from([("text".to_owned(), text.to_owned())]))
}

fn wrong_code(arguments: &Items) -> Played<Items> {
    let mut code = get(arguments, "code").to_owned();
    let last = code.pop().ok_or("there is no code")?;
    code.push(match last {
        '0'..='8' => char::from(last as u8 + 1),
        '9' => '0',
        _ => '9',
    });
    Ok(Items::from([("code".to_owned(), code)]))
}

struct Player<'a> {
    world: World,
    authenticator: &'a mut Authenticator,
    variables: Items,
    transcript: String,
}

impl Player<'_> {
    fn fill(&self, text: &str) -> Played<String> {
        let (mut whole, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, more) = after.split_once('}').ok_or("a variable without an end")?;
            let value = self.variables.get(name).ok_or_else(|| format!("nothing was saved as {name}"))?;
            whole += before;
            whole += value;
            rest = more;
        }
        Ok(whole + rest)
    }

    fn step(&mut self, step: &Step) -> Played<()> {
        let mut arguments = Items::new();
        for (name, text) in &step.arguments {
            arguments.insert(name.clone(), self.fill(text)?);
        }
        let mut items = match step.name.as_str() {
            "cut" => cut(&arguments)?,
            "wrong_code" => wrong_code(&arguments)?,
            name => match name.strip_prefix("passkey_") {
                Some(op) => self.authenticator.passkey(op, &arguments)?,
                None => self.world.perform(name, &arguments)?,
            },
        };
        items.entry("status".to_owned()).or_insert_with(|| "MFA_OK".to_owned());
        writeln!(self.transcript, "step {} {}", step.number, step.name).unwrap();
        for (name, text) in items.iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(self.transcript, "{name}={}", escape(text)).unwrap();
        }
        for (item, wanted) in &step.expect {
            let (found, wanted) = (get(&items, item), self.fill(wanted)?);
            if found != wanted {
                return Err(format!("{item} is {found:?}, not {wanted:?}; the whole: {items:?}"));
            }
        }
        if let Some(item) = step.has.iter().find(|item| get(&items, item).is_empty()) {
            return Err(format!("there is no {item}"));
        }
        for (item, wanted) in &step.contains {
            let (found, wanted) = (get(&items, item), self.fill(wanted)?);
            if !found.contains(&wanted) {
                return Err(format!("{item} is {found:?}, without {wanted:?}"));
            }
        }
        for (variable, item) in &step.save {
            self.variables.insert(variable.clone(), get(&items, item).to_owned());
        }
        Ok(())
    }
}

/// The transcript, or why the scenario does not hold.
pub fn play(scenario: &Scenario, own_store: bool, authenticator: &mut Authenticator) -> Played<String> {
    authenticator.ask(&format!("\"op\":\"seed\",\"seed\":{}", scenario.seed))?;
    let world = World::open(scenario, own_store)?;
    let mut player = Player { world, authenticator, variables: Items::new(), transcript: String::new() };
    for step in &scenario.steps {
        player.step(step).map_err(|why| format!("step {}, {} ({}): {why}", step.number, step.name, step.note))?;
    }
    if !player.world.was_asked() {
        return Err("the clock or the randomness was never asked".to_owned());
    }
    Ok(player.transcript)
}

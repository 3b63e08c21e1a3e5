//! Scenarios as lines.

pub type Pairs = Vec<(String, String)>;

#[derive(Default)]
pub struct Step {
    pub number: String,
    pub name: String,
    pub note: String,
    pub arguments: Pairs,
    pub expect: Pairs,
    pub has: Vec<String>,
    pub contains: Pairs,
    pub save: Pairs,
}

#[derive(Default)]
pub struct Scenario {
    pub name: String,
    pub start_s: u64,
    pub seed: u64,
    pub keys: String,
    pub config: String,
    pub steps: Vec<Step>,
}

fn unescape(field: &str) -> String {
    let mut letters = field.chars();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                _ => '\\',
            },
            other => other,
        });
    }
    text
}

pub fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")
}

pub fn read(lines: &str) -> Vec<Scenario> {
    let (mut all, mut one) = (Vec::new(), Scenario::default());
    for line in lines.lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let of: Vec<&str> = fields.iter().map(String::as_str).collect();
        match (of.as_slice(), one.steps.last_mut()) {
            (["scenario", name], None) => one.name = name.to_string(),
            (["start_s", text], None) => one.start_s = text.parse().unwrap(),
            (["seed", text], None) => one.seed = text.parse().unwrap(),
            (["keys", text], None) => one.keys = text.to_string(),
            (["config", text], None) => one.config = text.to_string(),
            (["step", number, name, note], _) => one.steps.push(Step {
                number: number.to_string(),
                name: name.to_string(),
                note: note.to_string(),
                ..Step::default()
            }),
            (["arg", name, text], Some(step)) => step.arguments.push((name.to_string(), text.to_string())),
            (["expect", item, text], Some(step)) => step.expect.push((item.to_string(), text.to_string())),
            (["has", item], Some(step)) => step.has.push(item.to_string()),
            (["contains", item, text], Some(step)) => step.contains.push((item.to_string(), text.to_string())),
            (["save", variable, item], Some(step)) => step.save.push((variable.to_string(), item.to_string())),
            (["end"], _) => all.push(std::mem::take(&mut one)),
            _ => panic!("this is no line of a scenario: {line}"),
        }
    }
    all
}

//! An engine with a store, a clock and randomness, and the steps that call it.

#[path = "../../bindings/rust/support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use mfa::otp::{base32_decode, hotp_code, totp_code, HotpParams, TotpParams};
use mfa::store::AnyStore;
use mfa::*;

use crate::player::{get, Items, Played};
use crate::story::Scenario;

/// What an engine calls; they outlive it, for `restart` makes another.
struct Told {
    now_s: AtomicU64,
    clock_asked: AtomicBool,
    random: Mutex<(u64, bool)>,
    events: Mutex<Vec<String>>,
}

impl Told {
    /// SplitMix64: for tests, and no secret to anybody.
    fn draw(&self, out: &mut [u8]) {
        let mut random = self.random.lock().unwrap();
        random.1 = true;
        for chunk in out.chunks_mut(8) {
            random.0 = random.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = random.0;
            z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ z >> 31).to_le_bytes()[..chunk.len()]);
        }
    }
}

pub struct World {
    told: Arc<Told>,
    store: AnyStore,
    keys: String,
    config: String,
    engine: Option<Engine>,
}

/// A no of the engine is a result; what cannot be done is not.
enum Trouble {
    No(Box<Error>),
    Unfit(String),
}

impl From<Error> for Trouble {
    fn from(no: Error) -> Self {
        Trouble::No(Box::new(no))
    }
}

type Step = std::result::Result<Items, Trouble>;

fn unfit<T>(what: &str) -> std::result::Result<T, Trouble> {
    Err(Trouble::Unfit(what.to_owned()))
}

fn number<T: std::str::FromStr>(of: &Items, name: &str, usual: T) -> std::result::Result<T, Trouble> {
    match of.get(name) {
        None => Ok(usual),
        Some(text) => text.parse().or_else(|_| unfit(&format!("{name} is no number: {text:?}"))),
    }
}

/// The place of a name in a list of names, for enums whose numbers count from `first`.
fn named(text: &str, first: i32, names: &str) -> std::result::Result<i32, Trouble> {
    match names.split(' ').position(|name| name == text) {
        Some(at) => Ok(first + at as i32),
        None => unfit(&format!("{text:?} is none of {names}")),
    }
}

fn bits(list: &str, names: &str) -> std::result::Result<u32, Trouble> {
    list.split(',').filter(|name| !name.is_empty()).try_fold(0, |sum, name| Ok(sum | 1 << named(name, 0, names)?))
}

const SIGNALS: &str = "clone_suspected backup_eligible_changed backup_state_changed attestation_status unsolicited_extension \
                       recovery_low recovery_last must_enroll must_enroll_recovery device_reused clock_went_back weak_secret \
                       pairing_contested";

fn signals(given: Signals) -> String {
    let set = SIGNALS.split(' ').enumerate().filter(|(bit, _)| given.0 >> bit & 1 == 1);
    set.map(|(_, name)| name).collect::<Vec<_>>().join(",")
}

fn items<const N: usize>(given: [(&str, String); N]) -> Items {
    given.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

fn offer(given: Offer) -> Items {
    let mut made = items([
        ("ticket", given.ticket),
        ("options", given.options.unwrap_or_default()),
        ("uri", given.uri.unwrap_or_default()),
        ("secret", given.secret.unwrap_or_default()),
        ("code", given.code.unwrap_or_default()),
        ("address_masked", given.address_masked.unwrap_or_default()),
        ("recovery_codes", given.recovery_codes.join("\n")),
        ("expires_at_s", given.expires_at_s.to_string()),
        ("json", given.json),
    ]);
    if let Some(mail) = given.mail {
        let html = mail.html.unwrap_or_default();
        made.extend(items([
            ("mail_to", mail.to),
            ("mail_subject", mail.subject),
            ("mail_text", mail.text),
            ("mail_html", html),
        ]));
    }
    made
}

fn proof(given: &Proof) -> Items {
    items([
        ("user", String::from_utf8_lossy(&given.user).into_owned()),
        ("factor", given.factor.clone().unwrap_or_default()),
        ("statement", given.statement.clone().unwrap_or_default()),
        ("set_cookie", given.set_cookie.clone().unwrap_or_default()),
        ("amr", given.amr.clone().unwrap_or_default()),
        ("credentials", given.credentials.clone().unwrap_or_default()),
        ("method", given.method.name().to_owned()),
        ("aal", given.aal.to_string()),
        ("signals", signals(given.signals)),
        ("serial", given.serial.to_string()),
        ("recovery_remaining", given.recovery_remaining.to_string()),
        ("json", given.json.clone()),
    ])
}

fn account(given: Account) -> Items {
    let methods = |wanted: fn(&MethodInfo) -> bool| {
        given.methods.iter().filter(|row| wanted(row)).map(|row| row.method.name()).collect::<Vec<_>>().join(",")
    };
    let need = match given.need {
        Need::Nothing => "nothing",
        Need::Factor => "factor",
        Need::Enroll => "enroll",
        Need::EnrollSoon => "enroll_soon",
        _ => "unknown",
    };
    let mut made = items([
        ("need", need.to_owned()),
        ("grace_until_s", given.grace_until_s.to_string()),
        ("recovery_remaining", given.recovery_remaining.to_string()),
        ("must_enroll_recovery", flag(given.must_enroll_recovery)),
        ("aal_needed", given.aal_needed.to_string()),
        ("methods", methods(|_| true)),
        ("can_verify", methods(|row| row.can_verify)),
        ("can_enroll", methods(|row| row.can_enroll)),
        ("factors", given.factors.len().to_string()),
        ("json", given.json.clone()),
    ]);
    for row in &given.methods {
        let rows = items([
            ("factors", row.factors.to_string()),
            ("aal", row.aal.to_string()),
            ("locked_until_s", row.locked_until_s.to_string()),
            ("label", row.label.clone()),
        ]);
        made.extend(rows.into_iter().map(|(name, text)| (format!("method.{}.{name}", row.method.name()), text)));
    }
    for (at, row) in given.factors.iter().enumerate() {
        let rows = items([
            ("id", row.id.clone()),
            ("method", row.method.name().to_owned()),
            ("label", row.label.clone()),
            ("device", row.device.clone()),
            ("address", row.address.clone()),
            ("enabled", flag(row.enabled)),
            ("can_disable", flag(row.can_disable)),
            ("can_remove", flag(row.can_remove)),
            ("enterprise", flag(row.enterprise)),
            ("added_s", row.added_s.to_string()),
            ("last_used_s", row.last_used_s.to_string()),
            ("expires_s", row.expires_s.to_string()),
            ("locked_until_s", row.locked_until_s.to_string()),
        ]);
        made.extend(rows.into_iter().map(|(name, text)| (format!("factor.{at}.{name}"), text)));
    }
    made
}

impl World {
    pub fn open(scenario: &Scenario, own_store: bool) -> Played<Self> {
        let told = Told {
            now_s: AtomicU64::new(scenario.start_s),
            clock_asked: AtomicBool::new(false),
            random: Mutex::new((scenario.seed, false)),
            events: Mutex::new(Vec::new()),
        };
        let store: AnyStore = match own_store {
            true => Arc::new(support::MemoryStore::default()).into(),
            false => open_store("memory:").map_err(|error| error.to_string())?.into(),
        };
        let (keys, config) = (scenario.keys.clone(), scenario.config.clone());
        let mut world = Self { told: Arc::new(told), store, keys, config, engine: None };
        world.make().map_err(|error| error.to_string())?;
        Ok(world)
    }

    fn make(&mut self) -> mfa::Result<()> {
        self.engine = None; // the old one's last event comes before the new one's first
        let ids = self.keys.split(',').filter(|id| !id.is_empty()).map(|id| id.parse::<u32>().unwrap());
        let ring: Vec<Key> = ids.map(|id| Key::new(id, [id as u8; 32])).collect();
        let (clock, random, events) = (self.told.clone(), self.told.clone(), self.told.clone());
        let config = EngineConfig::new(&self.config, &ring, self.store.clone())
            .pepper(&[0x50; 32])
            .decoy_key(&[0xd0; 32])
            .now_s(move || {
                clock.clock_asked.store(true, Ordering::SeqCst);
                clock.now_s.load(Ordering::SeqCst)
            })
            .random(move |out| {
                random.draw(out);
                true
            })
            .event(move |line| events.events.lock().unwrap().push(line.to_owned()));
        self.engine = Some(Engine::new(config)?);
        Ok(())
    }

    pub fn was_asked(&self) -> bool {
        self.told.clock_asked.load(Ordering::SeqCst) && self.told.random.lock().unwrap().1
    }

    /// The items of a step, with the status of what the engine answered.
    pub fn perform(&mut self, name: &str, arguments: &Items) -> Played<Items> {
        match self.step(name, arguments) {
            Ok(items) => Ok(items),
            Err(Trouble::Unfit(why)) => Err(why),
            Err(Trouble::No(no)) => {
                let mut made = no.proof().map_or_else(Items::new, proof);
                made.extend(items([
                    ("status", no.status().name().to_owned()),
                    ("reason", no.reason_name().to_owned()),
                    ("attempts_left", no.attempts_left().map_or(-1, i64::from).to_string()),
                    ("retry_at_s", no.retry_at_s().to_string()),
                    ("clock_skew_s", no.clock_skew_s().to_string()),
                ]));
                made.entry("signals".to_owned()).or_insert_with(|| signals(no.signals()));
                Ok(made)
            }
        }
    }

    fn step(&mut self, name: &str, given: &Items) -> Step {
        let now_s = self.told.now_s.load(Ordering::SeqCst);
        let hash = || named(given.get("hash").map_or("sha1", String::as_str), 1, "sha1 sha256 sha512").map(Hash::from);
        match name {
            "advance" => {
                self.told.now_s.fetch_add(number(given, "s", 0)?, Ordering::SeqCst);
                Ok(Items::new())
            }
            "restart" => {
                self.keys = given.get("keys").unwrap_or(&self.keys).clone();
                self.config = given.get("config").unwrap_or(&self.config).clone();
                self.make()?;
                Ok(Items::new())
            }
            "totp_code" => {
                let (digits, period_s) = (number(given, "digits", 6)?, number(given, "period_s", 30)?);
                let params = TotpParams { hash: hash()?, digits, period_s, ..TotpParams::default() };
                let at = now_s.wrapping_add(number(given, "offset_s", 0i64)? as u64);
                Ok(items([("code", totp_code(&params, &base32_decode(get(given, "secret"))?, at)?)]))
            }
            "hotp_code" => {
                let params = HotpParams { hash: hash()?, digits: number(given, "digits", 6)?, ..HotpParams::default() };
                let (secret, counter) = (base32_decode(get(given, "secret"))?, number(given, "counter", 0)?);
                Ok(items([("code", hotp_code(&params, &secret, counter)?)]))
            }
            "events" => {
                let begin = format!("{{\"event\":\"{}\"", get(given, "event"));
                let events = self.told.events.lock().unwrap();
                Ok(items([("count", events.iter().filter(|line| line.starts_with(&begin)).count().to_string())]))
            }
            _ => match &self.engine {
                Some(engine) => call(engine, name, given),
                None => unfit("there is no engine"),
            },
        }
    }
}

fn call(engine: &Engine, name: &str, given: &Items) -> Step {
    let text = |name| get(given, name);
    let of = |name: &str| get(given, &format!("request.{name}")).to_owned();
    let names =
        ["user", "browser", "session", "statement", "source", "user_agent", "locale", "cookies", "action", "roles"];
    let [user, browser, session, statement, source, user_agent, locale, cookies, action, roles] = names.map(of);
    let action: Vec<u8> =
        (0..action.len() / 2).map(|at| u8::from_str_radix(&action[2 * at..2 * at + 2], 16).unwrap()).collect();
    let roles: Vec<&str> = roles.split(',').filter(|role| !role.is_empty()).collect();
    let purpose = match text("request.purpose") {
        "" => 0, // of a call without a request
        purpose => named(purpose, 1, "login step_up manage approve")?,
    };
    let request = Request::new(purpose.into())
        .user(&user)
        .browser(&browser)
        .session(&session)
        .statement(&statement)
        .source(&source)
        .user_agent(&user_agent)
        .locale(&locale)
        .cookies(&cookies)
        .action(&action)
        .roles(&roles)
        .proven(Proven(bits(text("request.proven"), "password federated other")?))
        .flags(RequestFlags(bits(text("request.flags"), "usernameless")?))
        .min_serial(number(given, "request.min_serial", 0)?);
    let mut options = BeginOptions::new()
        .factor(text("options.factor"))
        .account_name(text("options.account_name"))
        .display_name(text("options.display_name"))
        .label(text("options.label"))
        .address(text("options.address"))
        .extra_json(text("options.extra_json"));
    if let Some(mediation) = given.get("options.mediation") {
        options = options.mediation(named(mediation, 0, "modal conditional")?.into());
    }
    if let Some(verification) = given.get("options.user_verification") {
        options = options.user_verification(named(verification, 1, "discouraged preferred required")?.into());
    }
    let options = given.keys().any(|name| name.starts_with("options.")).then(|| &options);
    let need = SessionNeed {
        aal: number(given, "need.aal", 0)?,
        max_age_s: number(given, "need.max_age_s", 0)?,
        method: Method::from_name(text("need.method")),
    };
    let method = Method::from_name(text("method"));
    let document = |text| items([("text", text)]);
    Ok(match name {
        "account_view" => account(engine.account(&request)?),
        "enroll_begin" => offer(engine.enroll_begin(&request, method, options)?),
        "enroll_finish" => proof(&engine.enroll_finish(&request, text("ticket"), text("response"))?),
        "verify_begin" => offer(engine.verify_begin(&request, method, options)?),
        "verify_finish" => proof(&engine.verify_finish(&request, text("ticket"), text("response"))?),
        "verify_code" => proof(&engine.verify_code(&request, method, text("code"))?),
        "session_start" => proof(&engine.session_start(&request)?),
        "session_check" => engine.session_check(&request, &need).map(|_| Items::new())?,
        "session_check_offline" => engine.session_check_offline(&request, &need).map(|_| Items::new())?,
        "session_json" => document(engine.session_json(&request)?),
        "policy_explain" => document(engine.policy_explain(&request, &need)?),
        "device_remember" => proof(&engine.device_remember(&request, text("label"))?),
        "device_claim" => offer(engine.device_claim(&request, text("code"))?),
        "device_claimed" => document(engine.device_claimed(&request, text("ticket"))?),
        "device_collect" => proof(&engine.device_collect(&request, text("ticket"))?),
        "remembered_issue" => document(engine.remembered_issue(&request)?),
        "remembered_user" => {
            document(String::from_utf8_lossy(&engine.remembered_user(&request, text("cookies"))?).into_owned())
        }
        "factor_rename" => engine.factor_rename(&request, text("factor"), text("label")).map(|_| Items::new())?,
        "factor_set_enabled" => proof(&engine.factor_set_enabled(&request, text("factor"), text("enabled") == "1")?),
        "factor_remove" => proof(&engine.factor_remove(&request, text("factor"))?),
        "engine_config_json" => document(engine.config_json()?),
        "admin" => {
            let actions = "unlock factor_enable factor_disable factor_remove reset sign_out forget_devices erase";
            let action = named(text("action"), 1, actions)?.into();
            engine.admin(action, text("user"), text("factor"), text("actor")).map(|_| Items::new())?
        }
        "admin_import" => {
            let imported = engine.admin_import(text("user"), text("json"), text("actor"))?;
            items([("text", imported.factor), ("signals", signals(imported.signals))])
        }
        "admin_users" => {
            let users = engine.admin_users(text("after"), number(given, "limit", 0)?)?;
            let users: Vec<_> = users.iter().map(|user| String::from_utf8_lossy(user)).collect();
            items([("users", users.join(","))])
        }
        other => return unfit(&format!("there is no step {other}")),
    })
}

//! Which of several sources wins, and that every mistake is named.

use super::*;
use std::path::Path;

fn file(text: &str) -> Result<Given> {
    Given::parse(text, Path::new("/etc/server.toml"))
}

fn environment(pairs: &[(&str, &str)]) -> Result<Given> {
    Given::environment(pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())))
}

fn flag(setting: &'static Setting, texts: &[&str]) -> Result<Given> {
    let mut given = Given::default();
    given.tell(setting, &texts.iter().map(ToString::to_string).collect::<Vec<_>>(), Source::Flag)?;
    Ok(given)
}

/// The error of a settings file that has a data folder and these lines.
fn refused(lines: &str) -> Error {
    let given = file(&format!("data = '/d'\n{lines}"));
    given.and_then(|given| given.check()).err().unwrap_or_else(|| panic!("taken: {lines}"))
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let lines = "data = '/file'\nbind = '127.0.0.1:1'\nmax_headers = 10\nexclude_cidrs = ['10.0.0.0/8']";
    let told = [("HEARTHCAST_SERVER_BIND", "127.0.0.1:2"), ("HEARTHCAST_SERVER_MAX_HEADERS", "20")];
    let given = flag(&table::BIND, &["127.0.0.1:3"]).unwrap().or(environment(&told).unwrap()).or(file(lines).unwrap());
    let settings = given.check().unwrap();
    assert_eq!((settings.bind.port(), settings.connections.max_headers), (3, 20));
    assert_eq!((settings.data, settings.exclude.len()), ("/file".into(), 1));
}

#[test]
fn every_setting_can_be_said_in_every_way() {
    for setting in ALL {
        let (text, line) = match (setting.name, setting.kind) {
            ("bind" | "metrics_bind", _) => ("127.0.0.1:9000", "'127.0.0.1:9000'".to_string()),
            ("hosts", _) => ("feeds.example.org", "['feeds.example.org']".into()),
            ("unknown_hosts", _) => ("answer", "'answer'".into()),
            ("base_path", _) => ("kept", "'kept'".into()),
            ("base_url" | "api_origins", Kind::Text) => ("https://pod.example", "'https://pod.example'".into()),
            ("api_origins", _) => ("https://pod.example", "['https://pod.example']".into()),
            ("log_format", _) => ("json", "'json'".into()),
            ("log", _) => ("warn", "'warn'".into()),
            (_, Kind::Text) => ("/text", "'/text'".into()),
            (_, Kind::List) => ("192.0.2.0/24", "['192.0.2.0/24']".into()),
            (_, Kind::Switch) => ("true", "true".into()),
            (_, Kind::Number { most, .. }) => (&*most.to_string().leak(), most.to_string()),
        };
        let in_file = file(&format!("{} = {line}", setting.name)).unwrap();
        let in_environment = environment(&[(&setting.variable(), text)]).unwrap();
        let by_flag = flag(setting, &[text]).unwrap();
        for given in [in_file, in_environment, by_flag] {
            let known = [given.text(setting).is_some(), !given.list(setting).is_empty()];
            let known = known.into_iter().chain([given.number(setting).is_some(), given.switch(setting).is_some()]);
            assert_eq!(known.filter(|known| *known).count(), 1, "{}", setting.name);
            given.or(file("data = '/d'").unwrap()).check().unwrap_or_else(|error| panic!("{}: {error}", setting.name));
        }
    }
}

#[test]
fn a_mistake_names_setting_value_and_place() {
    for (lines, name, value) in [
        ("bind = 'here'", "bind", "here"),
        ("bind = 8080", "bind", "8080"),
        ("base_url = 'pod.example'", "base_url", "pod.example"),
        ("base_url = 'ftp://x'", "base_url", "ftp://x"),
        ("base_url = 'https://x/?q'", "base_url", "https://x/?q"),
        ("base_url = 'https://x/#f'", "base_url", "https://x/#f"),
        ("allow_cidrs = ['10.0.0.0/99']", "allow_cidrs", "10.0.0.0/99"),
        ("trusted_proxies = 'a'", "trusted_proxies", "a"),
        ("trusted_proxies = [1]", "trusted_proxies", "[1]"),
        ("api_origins = ['example.org/x']", "api_origins", "example.org/x"),
        ("hosts = ['https://pod.example']", "hosts", "https://pod.example"),
        ("hosts = ['pod.example:80']", "hosts", "pod.example:80"),
        ("unknown_hosts = 'welcome'", "unknown_hosts", "welcome"),
        ("base_path = 'gone'", "base_path", "gone"),
        ("base_url = 'https://pod.example/podcasts'", "base_url", "https://pod.example/podcasts"),
        ("max_headers = 7", "max_headers", "7"),
        ("max_headers = 1001", "max_headers", "1001"),
        ("max_headers = -1", "max_headers", "-1"),
        ("max_headers = '64'", "max_headers", "64"),
        ("stall_timeout_s = 0", "stall_timeout_s", "0"),
        ("stop_grace_s = 3601", "stop_grace_s", "3601"),
        ("log = 'a=b=c'", "log", "a=b=c"),
        ("log_format = 'xml'", "log_format", "xml"),
        ("metrics_bind = 'all'", "metrics_bind", "all"),
    ] {
        let error = refused(lines);
        assert_eq!((error.code, error.subject.unwrap().id.as_str()), (Code::UsageInvalid, name), "{lines}");
        assert!(error.message.contains(name) && error.message.contains(&format!("\"{value}\"")), "{}", error.message);
        assert!(error.message.contains("/etc/server.toml"), "{}", error.message);
    }
    let said = |given: Result<Given>| given.err().unwrap().message;
    assert!(said(environment(&[("HEARTHCAST_SERVER_MAX_HEADERS", "many")])).contains("HEARTHCAST_SERVER_MAX_HEADERS"));
    assert!(said(flag(&table::MAX_HEADERS, &["many"])).contains("--max-headers"));
}

#[test]
fn a_password_is_not_repeated() {
    assert!(!refused("base_url = 'https://me:hush@pod.example'").message.contains("hush"));
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    assert_eq!(refused("bind = '0.0.0.0:80'").subject.unwrap().id, "base_url");
    let same = "bind = '127.0.0.1:80'\nmetrics_bind = '127.0.0.1:80'";
    assert_eq!(refused(same).subject.unwrap().id, "metrics_bind");
    assert_eq!(file("").unwrap().check().err().unwrap().subject.unwrap().id, "data");
}

#[test]
fn a_path_like_one_of_our_own_needs_a_word_about_the_proxy() {
    for said in ["kept", "stripped"] {
        let lines = format!("data = '/d'\nbase_url = 'https://pod.example/podcasts'\nbase_path = '{said}'");
        assert!(file(&lines).unwrap().check().is_ok(), "{said}");
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_known_one() {
    for (name, near) in
        [("bnid", "bind"), ("base-url", "base_url"), ("max_header", "max_headers"), ("apiorigins", "api_origins")]
    {
        let error = file(&format!("{name} = 1")).err().unwrap();
        assert!(error.message.contains(name) && error.hint.contains(&format!(" {near} ")), "{error:?}");
    }
    let error = file("entirely_else = 1").err().unwrap();
    assert!(!error.hint.contains("Perhaps"), "{}", error.hint);
    let error = environment(&[("HEARTHCAST_SERVER_BASEURL", "https://pod.example")]).err().unwrap();
    assert!(error.message.contains("HEARTHCAST_SERVER_BASEURL") && error.hint.contains("base_url"), "{error:?}");
}

#[test]
fn what_is_not_the_servers_is_left_alone() {
    let told = [("HEARTHCAST_SERVER_PAIRING_CODE", "x"), ("HEARTHCAST_LIBRARY", "x"), ("HEARTHCAST_SERVER_BIND", "")];
    assert_eq!(environment(&told).unwrap(), Given::default());
}

#[test]
fn a_broken_file_tells_its_line() {
    let message = file("data = '/d'\nbind = \n").err().unwrap().message;
    assert!(message.contains("line 2") && message.contains("/etc/server.toml"), "{message}");
}

#[test]
fn the_base_address_has_no_trailing_slash() {
    let given = file("data = '/d'\nbase_url = 'https://pod.example/x/'").unwrap();
    assert_eq!(given.check().unwrap().base_url.as_deref(), Some("https://pod.example/x"));
}

#[test]
fn the_guides_example_names_every_setting_and_is_taken() {
    let guide = include_str!("../../../../docs/guide/server.md");
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    // Settings stand in it as they are by default, behind a "#"; explanations behind "# ".
    let uncommented = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => setting.to_string(),
        _ => line.to_string(),
    };
    let text: Vec<String> = example.lines().map(uncommented).collect();
    let named: toml::Table = toml::from_str(&text.join("\n")).unwrap();
    for setting in ALL {
        assert!(named.contains_key(setting.name), "{} is not explained", setting.name);
    }
    file(example).unwrap().check().unwrap();
    file(&text.join("\n")).unwrap().check().unwrap();
}

/// A storage as most operators write it.
const STORAGE: &str = "[storage.sound]\nurl = 's3://pods/a'\npublic_url = 'https://cdn.example/a'\n";

#[test]
fn a_storage_is_said_in_the_file_or_in_the_environment() {
    let lines = format!("data = '/d'\n{STORAGE}key_file = '/etc/sound.key'\nlink_seconds = 3600\nlisteners = 'public'");
    let all = file(&lines).unwrap().check().unwrap().storages;
    let [storage] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((storage.name.as_str(), storage.lasting.as_secs(), storage.open_to_all), ("sound", 3600, true));
    assert_eq!(storage.location.public_url(), Some("https://cdn.example/a/"));
    assert!(matches!(&storage.key, KeySource::File(path) if path == Path::new("/etc/sound.key")));
    // The environment alone, and over the file; an empty variable says nothing.
    let told = [
        ("HEARTHCAST_SERVER_STORAGE_SOUND_URL", "s3://other/b"),
        ("HEARTHCAST_SERVER_STORAGE_SOUND_PUBLIC_URL", "https://cdn.example/b/"),
        ("HEARTHCAST_SERVER_STORAGE_SOUND_ACCESS_KEY_ID", "id"),
        ("HEARTHCAST_SERVER_STORAGE_SOUND_SECRET_ACCESS_KEY", "hush-hush"),
        ("HEARTHCAST_SERVER_STORAGE_SOUND_KEY_FILE", ""),
    ];
    for under in ["data = '/d'".to_string(), format!("data = '/d'\n{STORAGE}")] {
        let given = environment(&told).unwrap().or(file(&under).unwrap());
        assert!(!format!("{given:?}").contains("hush"), "a secret is never shown");
        let all = given.check().unwrap().storages;
        let [storage] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((storage.location.public_url(), storage.lasting.as_secs()), (Some("https://cdn.example/b/"), 600));
        assert!(matches!(&storage.key, KeySource::Said { id, secret } if id == "id" && secret == "hush-hush"));
        assert!(!format!("{storage:?}").contains("hush"));
    }
}

#[test]
fn a_storage_that_cannot_be_used_is_named() {
    let key = "key_file = '/k'\n";
    for (lines, why) in [
        (STORAGE.to_string(), "no key"),
        (format!("{STORAGE}secret_access_key = 'hush-hush'"), "no settings file"),
        (format!("{STORAGE}access_key_id = 'hush-hush'"), "no settings file"),
        (format!("{STORAGE}{key}link_seconds = 59"), "60 to 86400"),
        (format!("{STORAGE}{key}link_seconds = 86401"), "60 to 86400"),
        (format!("{STORAGE}{key}listeners = 'some'"), "signed or public"),
        (format!("{STORAGE}{key}allow_insecure = 'perhaps'"), "true or false"),
        (format!("{STORAGE}{key}link_second = 60"), "no such setting"),
        (
            format!("{STORAGE}{key}[storage.other]\nurl = 's3://more'\npublic_url = 'https://cdn.example/a/'\n{key}"),
            "same one",
        ),
        ("[storage.sound]\npublic_url = 'https://cdn.example/'".into(), "url cannot be used: it is missing"),
        (format!("[storage.sound]\nurl = 's3://pods'\n{key}"), "public_url cannot be used: it is missing"),
        (format!("[storage.sound]\nurl = 'file:///srv'\npublic_url = 'https://cdn.example/'\n{key}"), "s3://"),
        (
            format!("[storage.sound]\nurl = 's3://a:hush-hush@pods'\npublic_url = 'https://cdn.example/'\n{key}"),
            "name or password",
        ),
        (format!("[storage.'a b']\nurl = 's3://pods'\npublic_url = 'https://cdn.example/'\n{key}"), "letters, digits"),
        ("storage = 'sound'".into(), "[storage.NAME]"),
    ] {
        let error = refused(&lines);
        assert_eq!(error.code, Code::UsageInvalid);
        assert!(error.message.contains(why), "{lines}: {}", error.message);
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    let unknown = environment(&[("HEARTHCAST_SERVER_STORAGE_SOUND_SECRET", "hush-hush")]).unwrap_err();
    assert!(!format!("{unknown:?}").contains("hush") && unknown.message.contains("sound_secret"), "{unknown:?}");
}

#[test]
fn an_address_in_the_file_is_checked_even_where_a_flag_wins() {
    for name in ["bind", "metrics_bind"] {
        let refused = file(&format!("data = '/d'\n{name} = 'here'\n")).err().unwrap();
        assert_eq!(refused.subject.unwrap().id, name);
        assert!(refused.message.contains("here"), "{}", refused.message);
    }
}

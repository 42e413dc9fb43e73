//! What a camera asks for (`WWW-Authenticate`) and a login → the strongest answer it takes, or why there is none.
//! Cameras write these headers in every way: several challenges in one, any case, with and without quotes. A login never goes
//! out more weakly than by the best way the camera offers.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use digest_auth::{Algorithm, AlgorithmType, AuthContext, Charset, Qop, WwwAuthenticateHeader};

use super::{Login, LoginMethod};

/// One way to log in that a camera offers.
#[derive(Debug, Default)]
struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// As the answer is computed from it; `None` for an algorithm that is not known here.
    fn digest(&self) -> Option<WwwAuthenticateHeader> {
        let sess = |name: &str| name.strip_suffix("-SESS").map_or((name.to_owned(), false), |n| (n.to_owned(), true));
        let (name, sess) = sess(&self.get("algorithm").unwrap_or("MD5").trim().to_ascii_uppercase());
        let kind = match name.as_str() {
            "MD5" | "" => AlgorithmType::MD5,
            "SHA-256" | "SHA256" => AlgorithmType::SHA2_256,
            "SHA-512-256" => AlgorithmType::SHA2_512_256,
            _ => return None,
        };
        let offered: Vec<Qop> = self
            .get("qop")
            .unwrap_or_default()
            .split([',', ' '])
            .filter_map(|word| word.trim().to_ascii_lowercase().parse().ok())
            .collect();
        // `auth` where there is a choice: what cameras implement of `auth-int` differs.
        let qop = if offered.contains(&Qop::AUTH) { vec![Qop::AUTH] } else { offered };
        Some(WwwAuthenticateHeader {
            domain: None,
            realm: self.get("realm").unwrap_or_default().to_owned(),
            nonce: self.get("nonce").unwrap_or_default().to_owned(),
            opaque: self.get("opaque").map(str::to_owned),
            stale: self.is_stale(),
            algorithm: Algorithm::new(kind, sess),
            qop: (!qop.is_empty()).then_some(qop),
            userhash: self.get("userhash").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            charset: Charset::UTF8,
            nc: 0,
        })
    }

    fn is_stale(&self) -> bool {
        self.get("stale").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }
}

/// Whether the camera says that the login was right, only its number too old: it may be given once more.
pub(super) fn is_stale<'h>(headers: impl Iterator<Item = &'h str>) -> bool {
    headers.flat_map(challenges).any(|challenge| challenge.is_stale())
}

/// How safely the answer travels by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Readable,
    Encrypted,
}

/// The value of `Authorization` for a GET of `target`.
/// Fails, in words, where the camera offers nothing that may be used.
pub(super) fn answer<'h>(
    headers: impl Iterator<Item = &'h str>,
    login: &Login,
    target: &str,
    way: Way,
) -> Result<String, String> {
    let offered: Vec<Challenge> = headers.flat_map(challenges).collect();
    let offers_digest = offered.iter().any(|challenge| challenge.is("digest"));
    let strength = |prompt: &WwwAuthenticateHeader| match prompt.algorithm.algo {
        AlgorithmType::MD5 => 0,
        AlgorithmType::SHA2_256 => 1,
        AlgorithmType::SHA2_512_256 => 2,
    };
    // Of equally strong ones the first, which is the camera's own preference.
    let digests = offered.iter().rev().filter(|challenge| challenge.is("digest")).filter_map(Challenge::digest);
    if let Some(mut prompt) = digests.max_by_key(strength) {
        let mut context = AuthContext::new(login.username.as_str(), login.password.as_str(), target);
        if prompt.qop.as_deref() == Some(&[Qop::AUTH_INT]) {
            context.body = Some(Cow::Borrowed(b""));
        }
        let answer = prompt.respond(&context).map_err(|e| format!("its digest login cannot be answered: {e}"))?;
        return Ok(answer.to_header_string());
    }
    if login.method == LoginMethod::Digest {
        return Err("it offers no digest login that is known here, and the configuration allows nothing else".into());
    }
    if !offered.iter().any(|challenge| challenge.is("basic")) {
        let kinds: Vec<_> = offered.iter().map(|challenge| challenge.scheme.as_str()).collect();
        return Err(if kinds.is_empty() {
            "it wants a login, but does not say of which kind; if its manual says basic, set login = \"basic\"".into()
        } else {
            format!("it offers no login that may be used (known are digest and basic, it offers {})", kinds.join(", "))
        });
    }
    if offers_digest && way == Way::Readable {
        let words = "it offers a digest login of a kind that is not known here, and basic, by which the password could be \
                     read on the way; if that is all right, set login = \"basic\"";
        return Err(words.to_owned());
    }
    Ok(basic(login))
}

/// The value of `Authorization` that anybody can read.
pub(super) fn basic(login: &Login) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", login.username, login.password)))
}

/// All challenges of one header. A word followed by `=` is a parameter of the challenge before it, any other word begins one.
fn challenges(header: &str) -> Vec<Challenge> {
    let mut all: Vec<Challenge> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
        let end = rest.find(|c: char| c.is_whitespace() || ",;=\"".contains(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            // A stray sign, or the end.
            let Some(sign) = rest.chars().next() else { return all };
            rest = &rest[sign.len_utf8()..];
            continue;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else {
            // The second word of a list that should have had quotes, `qop=auth,auth-int`, begins nothing.
            if word.parse::<Qop>().is_err() {
                all.push(Challenge { scheme: word.to_owned(), parameters: Vec::new() });
            }
            rest = after;
            continue;
        };
        let (value, after) = parameter(value.trim_start());
        if let Some(challenge) = all.last_mut() {
            challenge.parameters.push((word.to_owned(), value));
        }
        rest = after;
    }
}

/// A value with or without quotes, and what follows it. A quote that is never closed lasts until the end.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c.is_whitespace() || c == ',' || c == ';').unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &quoted[at + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = r#"Digest realm="cam", nonce="n", qop="auth""#;

    fn answered(headers: &[&str], method: LoginMethod, way: Way) -> Result<String, String> {
        let login = Login { username: "ann".to_owned(), password: "s3cret".to_owned(), method };
        answer(headers.iter().copied(), &login, "/snap", way)
    }

    fn auto(headers: &[&str]) -> Result<String, String> {
        answered(headers, LoginMethod::Auto, Way::Readable)
    }

    #[test]
    fn digest_is_answered_wherever_it_stands_and_however_it_is_written() {
        let both = [
            format!("Basic realm=\"cam\", {DIGEST}"),
            format!("{DIGEST}, Basic realm=\"cam\""),
            format!("Negotiate, NTLM, {DIGEST},"),
            format!("Basic realm=\"a, Digest realm=b\", {DIGEST}"),
        ];
        for header in &both {
            assert!(auto(&[header]).expect("an answer").starts_with("Digest "), "{header}");
        }
        for header in [
            "DIGEST realm=cam, nonce=n",
            "digest Realm = \"cam\" , NONCE=\"n\", algorithm=md5, QOP=\"auth,auth-int\"",
            "Digest realm=\"cam\",nonce=\"n\",algorithm=\"MD5-sess\",qop=\"AUTH\"",
            "Digest realm=\"cam\" nonce=\"n\" qop=auth",
            "Digest realm=\"cam\", nonce=\"n\", qop=\"auth-int\"",
            "Digest qop=auth,auth-int, realm=\"cam\", nonce=\"n\"",
            "Digest realm=\"cam\", nonce=\"n\", qop=\"\", stale=FALSE",
        ] {
            let answer = auto(&[header]).expect("an answer");
            assert!(answer.contains("realm=\"cam\"") && answer.contains("nonce=\"n\""), "{header}: {answer}");
        }
        assert!(auto(&["Basic realm=\"cam\"", DIGEST]).expect("an answer").starts_with("Digest "));
    }

    #[test]
    fn the_strongest_known_algorithm_is_taken() {
        let of = |algorithm: &str| format!("Digest realm=\"cam\", nonce=\"n\", algorithm={algorithm}");
        let answer = auto(&[&of("MD5"), &of("sha-256"), &of("SHA-3")]).expect("an answer");
        assert!(answer.contains("SHA-256"), "{answer}");
        assert!(auto(&[&of("SHA-3"), &of("MD5")]).expect("an answer").starts_with("Digest "));
    }

    #[test]
    fn a_password_is_never_readable_where_the_camera_offers_better() {
        let strange = "Digest realm=\"cam\", nonce=\"n\", algorithm=SHA-3";
        let refused = auto(&[strange, "Basic realm=\"cam\""]).expect_err("is refused");
        assert!(refused.contains("login = \"basic\""), "{refused}");
        let encrypted = answered(&[strange, "Basic realm=\"cam\""], LoginMethod::Auto, Way::Encrypted);
        assert!(encrypted.expect("an answer").starts_with("Basic "));
        assert!(auto(&["basic"]).expect("an answer").starts_with("Basic "));
        assert!(answered(&["Basic realm=\"cam\""], LoginMethod::Digest, Way::Encrypted).is_err());
    }

    #[test]
    fn a_camera_that_offers_nothing_known_is_answered_with_what_to_do() {
        assert!(auto(&[]).expect_err("is refused").contains("login = \"basic\""));
        assert!(auto(&["Bearer realm=\"x\""]).expect_err("is refused").contains("Bearer"));
        assert!(auto(&["\"\"==,=\"", "=", "\u{fc}"]).is_err());
    }

    #[test]
    fn a_number_that_is_too_old_is_told_from_a_wrong_login() {
        assert!(is_stale([r#"Digest realm="c", nonce="n", stale="TRUE""#].into_iter()));
        assert!(!is_stale([r#"Digest realm="c", nonce="n", stale="FALSE""#, DIGEST].into_iter()));
    }
}

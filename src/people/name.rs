//! A typed or found name → a [`PersonName`] with a folder name that every file system can store, or why it cannot be one.
//! Called wherever a name enters: the wire, the command line, the folder scan. Knows no files.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Longest name in characters (Unicode scalar values, after NFC).
pub const MAX_CHARS: usize = 80;
/// Longest name in bytes of UTF-8: file systems allow 255 a component, and a temporary name needs some of them.
pub const MAX_BYTES: usize = 200;

/// Characters some system refuses in a file name; `/` and `\` separate folders.
const FORBIDDEN: &str = "<>:\"/\\|?*";
/// Names Windows keeps for devices, alone or before a dot.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// The flag of a region (England, Scotland, Wales) is this flag followed by invisible letters.
const BLACK_FLAG: char = '\u{1f3f4}';

/// A person's name: NFC, no white space at the ends, nothing invisible but what joins letters and emoji.
///
/// Two names are the same person's where [`PersonName::fold_key`] is equal. The folder is called
/// [`PersonName::folder_name`], which any system can store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline)]
pub struct PersonName(String);

/// Why a text cannot be a [`PersonName`], in words for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name needs at least one character")]
    Empty,
    /// More than [`MAX_CHARS`].
    #[error("the name has {0} characters; at most {MAX_CHARS} are possible")]
    TooManyChars(usize),
    /// More than [`MAX_BYTES`].
    #[error("the name has {0} bytes in UTF-8; a folder's name can have at most {MAX_BYTES}")]
    TooManyBytes(usize),
    /// A character that separates folders or that some system refuses.
    #[error(
        "the name contains {0}, which some systems cannot store in a folder's name (none of < > : \" / \\ | ? * can be used)"
    )]
    Forbidden(char),
    /// A control character or a line separator.
    #[error("the name contains the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// Waste baskets, snapshots, caches and hidden folders begin with a mark.
    #[error(
        "a name begins with a letter, a number, an apostrophe or an emoji; folders that begin with {0} belong to the storage system"
    )]
    LeadingMark(char),
}

impl PersonName {
    /// Normalises (marks that only steer the direction of text and other invisible ones dropped, NFC, white space at both
    /// ends dropped) and checks. The same rule tells which folders under `faces/` can be people's.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name: String = visible(text).nfc().collect();
        let name = name.trim();
        if let Some(c) = name.chars().find(|&c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(NameError::Control(c));
        }
        if let Some(c) = name.chars().find(|&c| FORBIDDEN.contains(c)) {
            return Err(NameError::Forbidden(c));
        }
        if name.chars().all(draws_nothing) {
            return Err(NameError::Empty);
        }
        // Full-width and small forms of a mark count as the mark.
        if let Some(first) = name.nfkc().next()
            && first.is_ascii()
            && !first.is_ascii_alphanumeric()
            && first != '\''
        {
            return Err(NameError::LeadingMark(name.chars().next().unwrap_or(first)));
        }
        let chars = name.chars().count();
        if chars > MAX_CHARS {
            return Err(NameError::TooManyChars(chars));
        }
        if name.len() > MAX_BYTES {
            return Err(NameError::TooManyBytes(name.len()));
        }
        Ok(Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the person's folder is called: the name, but for what Windows and SMB shares drop (dots at the end) or keep for
    /// devices. The name itself is then kept in the folder.
    pub fn folder_name(&self) -> String {
        let name = trimmed(&self.0);
        if is_reserved(name) { format!("{name}_") } else { name.to_owned() }
    }

    /// The key by which two names are the same: compatibility normalisation (NFKC), full case folding, one space for each
    /// run of white space, no dots at the end. At least as coarse as the case-insensitive file systems of Windows and macOS,
    /// so that two names with different keys can always live side by side in one folder.
    pub fn fold_key(&self) -> String {
        fold(&self.0)
    }
}

/// [`PersonName::fold_key`] of a text that may not be a valid name (a folder found on disk).
pub(crate) fn fold(text: &str) -> String {
    // Upper then lower case, a character at a time, is full case folding without a table: ß and SS, ς and σ come out equal.
    // A second round catches what normalisation composes anew from folded parts.
    let once = |text: &str| -> String {
        let folded: String = text.nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
        folded.nfkc().filter(|&c| !is_joiner(c)).collect()
    };
    let folded = once(&once(text));
    trimmed(&folded.split_whitespace().collect::<Vec<_>>().join(" ")).to_owned()
}

/// Without the dots and spaces at the end that Windows drops.
fn trimmed(name: &str) -> &str {
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Without the characters that draw nothing and only steer how text is laid out: copied along from web pages and chats,
/// they would make two people of one name. Joiners stay, which spell Persian and make emoji of several.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut in_flag = false;
    text.chars().filter(move |&c| {
        let tag = matches!(c, '\u{e0020}'..='\u{e007f}');
        in_flag = c == BLACK_FLAG || in_flag && tag;
        !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}')
            && (!tag || in_flag)
    })
}

/// Zero-width joiner and non-joiner, and what chooses between an emoji's forms.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Spaces, joiners on their own, and letters that are blank.
fn draws_nothing(c: char) -> bool {
    c.is_whitespace() || is_joiner(c) || matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    if RESERVED.contains(&stem.as_str()) {
        return true;
    }
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    // Windows takes the superscript digits for digits here.
    port.is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PersonName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        Self::new(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        PersonName::new(text).unwrap().fold_key()
    }

    #[test]
    fn real_names_are_kept_as_they_are() {
        for name in [
            "Alice",
            "Anna Maria",
            "José Núñez",
            "O'Brien",
            "'t Hooft",
            "ʻAkahi",
            "山田 太郎",
            "Ольга",
            "Mary-Jane",
            "Dr. No",
            "Sammy Davis Jr.",
            "J. R. R.",
            "foo..bar",
            "Zoë (kid)",
            "نگار‌ه",
            "4th grandchild",
            "🐶 Rex",
            "👩‍👧 Ann & Bo",
            "❤️",
            "Nan 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "Con",
            "lost+found",
        ] {
            assert_eq!(PersonName::new(name).unwrap().as_str(), name);
        }
        assert_eq!(PersonName::new("  Jose\u{301} ").unwrap().as_str(), "José");
    }

    #[test]
    fn marks_that_only_steer_the_text_are_dropped() {
        for (text, name) in [
            ("\u{200f}אבי", "אבי"),
            ("\u{202b}سارة\u{202c}", "سارة"),
            ("\u{2068}Alice\u{2069}", "Alice"),
            ("ali\u{202e}ce\u{feff}", "alice"),
            ("An\u{ad}na\u{200b}", "Anna"),
            ("Jose\u{2060}\u{301}", "José"),
        ] {
            assert_eq!(PersonName::new(text).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_refused_with_its_reason() {
        for (text, error) in [
            ("", NameError::Empty),
            (" \u{3000} ", NameError::Empty),
            ("\u{200d}", NameError::Empty),
            ("\u{200f}", NameError::Empty),
            ("\u{3164}", NameError::Empty),
            ("..", NameError::LeadingMark('.')),
            ("a/b", NameError::Forbidden('/')),
            ("..\\..\\etc", NameError::Forbidden('\\')),
            ("what?", NameError::Forbidden('?')),
            ("a\0b", NameError::Control('\0')),
            ("a\nb", NameError::Control('\n')),
            ("a\u{1b}[31mb", NameError::Control('\u{1b}')),
            ("a\u{2028}b", NameError::Control('\u{2028}')),
        ] {
            assert_eq!(PersonName::new(text), Err(error), "{text:?}");
        }
        assert_eq!(PersonName::new(&"a".repeat(81)), Err(NameError::TooManyChars(81)));
        assert!(PersonName::new(&"é".repeat(80)).is_ok());
        assert_eq!(PersonName::new(&"日".repeat(67)), Err(NameError::TooManyBytes(201)));
    }

    #[test]
    fn folders_that_storage_systems_make_cannot_be_people() {
        for text in [
            "@Recycle",
            "@Recently-Snapshot",
            "@eaDir",
            "#recycle",
            "$RECYCLE.BIN",
            ".Trash-1000",
            ".snapshot",
            "~snapshot",
            "__MACOSX",
            "-old",
            "[deleted]",
            "(copy)",
            "{3808876b}",
            "+cache",
            "=sync",
            "!archive",
            "%temp%",
            "＠Recycle",
            "﹟recycle",
            "\u{200e}@Recycle",
        ] {
            assert!(matches!(PersonName::new(text), Err(NameError::LeadingMark(_))), "{text}");
        }
    }

    #[test]
    fn a_name_that_some_system_cannot_store_has_a_folder_name_that_all_can() {
        for (name, folder) in [
            ("Alice", "Alice"),
            ("Sammy Davis Jr.", "Sammy Davis Jr"),
            ("Anna . .", "Anna"),
            ("CON", "CON_"),
            ("nul.txt", "nul.txt_"),
            ("com1.", "com1_"),
            ("LPT³", "LPT³_"),
            ("Connie", "Connie"),
            ("Comfort", "Comfort"),
        ] {
            assert_eq!(PersonName::new(name).unwrap().folder_name(), folder);
        }
    }

    #[test]
    fn names_that_differ_only_in_case_width_or_normalisation_are_one() {
        assert_eq!(key("ALICE"), key("alice"));
        assert_eq!(key("Strauß"), key("STRAUSS"));
        assert_eq!(key("Σίσυφος"), key("ΣΊΣΥΦΟΣ"));
        assert_eq!(key("José"), key("jose\u{301}"));
        assert_eq!(key("Ａｌｉｃｅ"), key("Alice"));
        assert_eq!(key("ﾔﾏﾀﾞ"), key("ヤマダ"));
        assert_eq!(key("Anna  Maria"), key("anna maria"));
        assert_eq!(key("Sammy Davis Jr."), key("sammy davis jr"));
        assert_eq!(key("❤️"), key("❤"));
        assert_ne!(key("Jose"), key("José"));
        assert_ne!(key("山田"), key("川田"));
    }

    proptest! {
        #[test]
        fn a_valid_name_is_valid_again_and_unchanged(text in "\\PC{0,90}") {
            if let Ok(name) = PersonName::new(&text) {
                prop_assert_eq!(&PersonName::new(name.as_str()).unwrap(), &name);
                let folder = name.folder_name();
                prop_assert!(!folder.is_empty() && !folder.ends_with(['.', ' ']) && !folder.starts_with('.'));
                let unsafe_here = ['/', '\\', '\0', '\n', '\u{1b}'];
                prop_assert!(!folder.contains(unsafe_here) && !is_reserved(&folder));
                prop_assert!(name.as_str().len() <= MAX_BYTES);
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_never_makes_another_person(text in "\\PC{0,40}") {
            // Decomposed first, as Unicode's rule for caseless matching has it: a composed letter's iota below becomes a letter
            // of its own in capitals, and marks that followed would then follow that one.
            let text: String = text.nfkd().collect();
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
            prop_assert_eq!(fold(&text.to_lowercase()), fold(&text));
        }
    }
}

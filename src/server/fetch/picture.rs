//! Bytes of an answer as they arrive → where the picture in them begins and ends.
//! Cameras put line breaks or the heads of a stream's parts before it, and keep the connection open after it. Only the
//! container is read here (markers and lengths); whether the picture can be decoded is for others to say.

use crate::vision::is_picture;

const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF];
const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// A picture in a stream begins within this many bytes: the heads of its part, and perhaps a part of text before it.
pub(super) const BEGINS_WITHIN: usize = 64 * 1024;

/// Finds a picture in an answer that grows; ask again with the same bytes and more.
#[derive(Debug, Default)]
pub(super) struct Finder {
    start: Option<usize>,
    /// How far the markers have been read, from the start of the picture.
    at: usize,
    in_scan: bool,
}

impl Finder {
    /// Where the picture begins, as far as the bytes go. `wrapped`: it may stand after the heads of a stream's part.
    pub(super) fn start(&mut self, bytes: &[u8], wrapped: bool) -> Option<usize> {
        if self.start.is_none() {
            let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let wrapped = wrapped || bytes.get(blank..).is_some_and(|rest| rest.starts_with(b"--"));
            let begun = |bytes: &[u8]| bytes.starts_with(JPEG) || bytes.starts_with(PNG);
            self.start = if is_picture(&bytes[blank..]) {
                Some(blank)
            } else if wrapped {
                (0..bytes.len().min(BEGINS_WITHIN)).find(|&at| begun(&bytes[at..]))
            } else {
                None
            };
        }
        self.start
    }

    /// Where the picture that began at [`Self::start`] ends, once it is there as a whole and its kind says where.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let start = self.start?;
        let picture = &bytes[start..];
        let number = |at: usize, bytes: usize| picture.get(at..at + bytes);
        let length = if picture.starts_with(JPEG) {
            self.jpeg_end(picture)?
        } else if picture.starts_with(PNG) {
            self.png_end(picture)?
        } else if picture.starts_with(b"RIFF") {
            8 + u32::from_le_bytes(number(4, 4)?.try_into().ok()?) as usize
        } else if picture.starts_with(b"BM") {
            u32::from_le_bytes(number(2, 4)?.try_into().ok()?) as usize
        } else {
            return None;
        };
        (length > 0 && picture.len() >= length).then_some(start + length)
    }

    /// Marker by marker: segments by their lengths (a preview within EXIF has an end of its own), scans byte by byte.
    fn jpeg_end(&mut self, picture: &[u8]) -> Option<usize> {
        self.at = self.at.max(2);
        loop {
            if self.in_scan {
                let found = picture.get(self.at..)?.iter().position(|&byte| byte == 0xFF);
                let Some(found) = found else {
                    self.at = picture.len();
                    return None;
                };
                self.at += found;
            }
            let (&first, &marker) = (picture.get(self.at)?, picture.get(self.at + 1)?);
            match marker {
                // Filling bytes; in a scan also an escaped 0xFF and restarts.
                0xFF => self.at += 1,
                0x00 | 0x01 | 0xD0..=0xD7 => self.at += 2,
                0xD9 => return Some(self.at + 2),
                _ if first != 0xFF => return None,
                _ => {
                    let length = u16::from_be_bytes(picture.get(self.at + 2..self.at + 4)?.try_into().ok()?);
                    self.in_scan = marker == 0xDA;
                    self.at += 2 + usize::from(length.max(2));
                }
            }
        }
    }

    fn png_end(&mut self, picture: &[u8]) -> Option<usize> {
        self.at = self.at.max(PNG.len());
        loop {
            let length = u32::from_be_bytes(picture.get(self.at..self.at + 4)?.try_into().ok()?) as usize;
            let kind = picture.get(self.at + 4..self.at + 8)?;
            let next = self.at + 12 + length;
            if kind == b"IEND" {
                return Some(next);
            }
            self.at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end as it is found when the bytes arrive one by one.
    fn found(bytes: &[u8], wrapped: bool) -> Option<(usize, usize)> {
        let mut finder = Finder::default();
        (0..=bytes.len()).find_map(|count| {
            let start = finder.start(&bytes[..count], wrapped)?;
            finder.end(&bytes[..count]).map(|end| (start, end))
        })
    }

    /// Made by an encoder that knows nothing of the finder.
    fn encoded(format: image::ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(97, 61, |x, y| image::Rgb([x, y, x ^ y].map(|n| n.to_le_bytes()[0])));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("is encoded");
        bytes.into_inner()
    }

    #[test]
    fn a_picture_ends_where_its_last_byte_is_however_it_arrives() {
        for format in [image::ImageFormat::Jpeg, image::ImageFormat::Png, image::ImageFormat::Bmp] {
            let picture = encoded(format);
            let with_more = [&picture[..], b"\r\n--next"].concat();
            assert_eq!(found(&with_more, false), Some((0, picture.len())), "{format:?}");
            assert_eq!(found(&picture[..picture.len() - 1], false), None, "{format:?}");
        }
    }

    #[test]
    fn a_preview_within_the_metadata_does_not_end_the_picture() {
        let picture = encoded(image::ImageFormat::Jpeg);
        let length = u16::try_from(picture.len() + 2).expect("is small").to_be_bytes();
        let with_preview = [&picture[..2], &[0xFF, 0xE1], &length, &picture, &picture[2..]].concat();
        assert_eq!(found(&with_preview, false), Some((0, with_preview.len())));
    }

    #[test]
    fn a_picture_in_a_stream_begins_after_the_heads_of_its_part() {
        let picture = encoded(image::ImageFormat::Jpeg);
        for head in [&b"--b\r\nContent-Type: image/jpeg\r\n\r\n"[..], b"\r\n--b\nA: b\n\n", b"\r\n"] {
            let part = [head, &picture, b"\r\n--b"].concat();
            assert_eq!(found(&part, false), Some((head.len(), head.len() + picture.len())));
        }
        let unmarked = [b"b\r\nContent-Type: image/jpeg\r\n\r\n", &picture[..]].concat();
        assert_eq!((found(&unmarked, true).is_some(), found(&unmarked, false)), (true, None));
    }
}

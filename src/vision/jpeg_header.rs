//! The segments of a JPEG file before its first scan → what has to be known before anything is decoded.
//! Written for files as they are found: metadata of any size and order, several EXIF segments, padding and stray bytes
//! between segments. Called by `jpeg`; decodes nothing.

use image::metadata::Orientation;

use super::exif;

/// The marker after the last scan.
const END: [u8; 2] = [0xff, 0xd9];

/// How a JPEG's data are coded, by its frame marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// One pass over the picture, Huffman coded: what cameras and phones write.
    Baseline,
    /// Several passes, Huffman coded: what web sites and messengers write.
    Progressive,
    /// One pass, arithmetic coded.
    Arithmetic,
    /// Several passes, arithmetic coded.
    ProgressiveArithmetic,
    /// Predicted pixels instead of cosines.
    Lossless,
    /// Differences between pictures of several sizes.
    Hierarchical,
}

/// What the header says about the picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// Pixels across and down, not turned upright.
    pub size: [u32; 2],
    pub process: Process,
    pub precision: u8,
    /// Samples across and down for each colour, of the largest.
    pub sampling: Vec<[u8; 2]>,
    /// Whether Adobe's segment is there: its four colours are stored inverted.
    pub adobe: bool,
    pub orientation: Orientation,
    /// Where the metadata lie that say nothing about the pixels, as ranges of the file.
    pub metadata: Vec<std::ops::Range<usize>>,
}

impl Header {
    /// Reads the segments. `None` where the file ends, or its first scan begins, without a frame header.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let mut header: Option<Self> = None;
        let (mut adobe, mut orientation, mut metadata) = (false, None, vec![]);
        let mut at = 2;
        while let Some((marker, segment)) = next_segment(file, at) {
            let content = file.get(segment.start + 4..segment.end).unwrap_or_default();
            match marker {
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) && header.is_none() => {
                    header = Some(Self::of_frame(marker, content)?);
                }
                0xe1 if content.starts_with(b"Exif\0") && orientation.is_none() => {
                    orientation = exif::orientation(&content[5..]);
                }
                0xee if content.starts_with(b"Adobe") => adobe = true,
                _ => {}
            }
            at = segment.end;
            // JFIF's segment (0xe0) and Adobe's (0xee) say how the colours are meant.
            if matches!(marker, 0xe1..=0xed | 0xef | 0xfe) {
                metadata.push(segment);
            }
        }
        let orientation = orientation.unwrap_or(Orientation::NoTransforms);
        header.map(|header| Self { adobe, orientation, metadata, ..header })
    }

    /// The file without its metadata, and with an end where it has none: what a decoder cannot stumble over.
    pub(super) fn bare(&self, file: &[u8]) -> Vec<u8> {
        let mut bare = Vec::with_capacity(file.len() - self.metadata_bytes() + END.len());
        let mut from = 0;
        for segment in &self.metadata {
            bare.extend_from_slice(&file[from..segment.start]);
            from = segment.end;
        }
        bare.extend_from_slice(&file[from..]);
        bare.extend_from_slice(&END);
        bare
    }

    pub(super) fn metadata_bytes(&self) -> usize {
        self.metadata.iter().map(ExactSizeIterator::len).sum()
    }

    fn of_frame(marker: u8, content: &[u8]) -> Option<Self> {
        let [precision, h1, h0, w1, w0, colours, rest @ ..] = content else { return None };
        let sampling = rest.as_chunks::<3>().0.iter().take(usize::from(*colours));
        let sampling: Vec<[u8; 2]> = sampling.map(|[_, factors, _]| [factors >> 4, factors & 15]).collect();
        Some(Self {
            size: [u32::from(u16::from_be_bytes([*w1, *w0])), u32::from(u16::from_be_bytes([*h1, *h0]))],
            process: match marker {
                0xc0 | 0xc1 => Process::Baseline,
                0xc2 => Process::Progressive,
                0xc9 => Process::Arithmetic,
                0xca => Process::ProgressiveArithmetic,
                0xc3 | 0xcb => Process::Lossless,
                _ => Process::Hierarchical,
            },
            precision: *precision,
            sampling,
            adobe: false,
            orientation: Orientation::NoTransforms,
            metadata: vec![],
        })
    }

    /// The kind of file in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.process {
            Process::Baseline if self.precision > 8 => "12-bit JPEG",
            Process::Baseline => "JPEG",
            Process::Progressive => "progressive JPEG",
            Process::Arithmetic => "JPEG with arithmetic coding",
            Process::ProgressiveArithmetic => "progressive JPEG with arithmetic coding",
            Process::Lossless => "lossless JPEG",
            Process::Hierarchical => "hierarchical JPEG",
        }
    }
}

/// The next segment with a length at or after `at`, with its marker; `None` at the first scan, the end, or where the file is
/// cut short. Decoders skip stray bytes between segments, and so does this.
fn next_segment(file: &[u8], mut at: usize) -> Option<(u8, std::ops::Range<usize>)> {
    loop {
        at += file.get(at..)?.windows(2).position(|w| w[0] == 0xff && !matches!(w[1], 0 | 0xff))?;
        match file[at + 1] {
            // Start, restart and temporary markers stand alone.
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 | 0xda => return None,
            marker => {
                let length = usize::from(u16::from_be_bytes(*file.get(at + 2..)?.first_chunk()?));
                let segment = at..at + 2 + length.max(2);
                return (segment.end <= file.len()).then_some((marker, segment));
            }
        }
    }
}

/** What somebody chose or dropped → photos: folders are looked through and zip files unpacked, as far as that stays bounded. */
import { unzip } from "fflate";

/** More at once nobody looks through. */
const MOST_PHOTOS = 1000;
const MOST_ZIP_BYTES = 1024 ** 3;
/** What the server takes of a photo. */
const MOST_PHOTO_BYTES = 48 * 1024 ** 2;
/** Unpacked at once, of all zip files together: it stays in the browser's memory until it is taught. */
const MOST_UNPACKED_BYTES = 1024 ** 3;
const PHOTO = /\.(jpe?g|jpe|jfif|png|webp|bmp|gif|tiff?|heic|heif|avif)$/i;
/** What systems put beside the photos. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/)/;

export interface Photos {
  readonly photos: readonly File[];
  /** Files that are no photos, or too large or too many. */
  readonly leftOut: number;
  /** Names of zip files that cannot be unpacked. */
  readonly broken: readonly string[];
}

/** Chosen or dropped files; whoever chooses a file that is no photo hears so from the server. */
export async function photosOf(files: Iterable<File>): Promise<Photos> {
  const photos: File[] = [];
  const broken: string[] = [];
  let leftOut = 0;
  let unpackedBytes = 0;
  for (const file of files) {
    if (!isZip(file)) {
      photos.push(file);
      continue;
    }
    const room = { photos: MOST_PHOTOS - photos.length, bytes: MOST_UNPACKED_BYTES - unpackedBytes };
    const unpacked = await unpack(file, room).catch(() => undefined);
    if (unpacked === undefined) broken.push(file.name);
    else {
      photos.push(...unpacked.photos);
      for (const photo of unpacked.photos) unpackedBytes += photo.size;
      leftOut += unpacked.leftOut;
    }
  }
  return { photos: photos.slice(0, MOST_PHOTOS), leftOut: leftOut + Math.max(0, photos.length - MOST_PHOTOS), broken };
}

/** What was dropped, with the files in dropped folders. */
export async function dropped(transfer: DataTransfer | null): Promise<File[]> {
  // Entries are gone once the event is over, so all of them come first.
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const plain = [...(transfer?.files ?? [])];
  if (entries.every((entry) => entry === null || entry.isFile)) return plain;
  const found: File[] = [];
  for (const entry of entries) if (entry !== null) await look(entry, found);
  return found;
}

async function look(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= MOST_PHOTOS) return;
  if (entry.isDirectory) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
        reader.readEntries(resolve, reject);
      });
      if (some.length === 0) return;
      for (const one of some) await look(one, found);
    }
  } else if (isWanted(entry.fullPath)) {
    found.push(
      await new Promise<File>((resolve, reject) => {
        (entry as FileSystemFileEntry).file(resolve, reject);
      }),
    );
  }
}

/** In a folder or a zip file only photos are meant, and zip files in a folder. */
export function isWanted(path: string): boolean {
  return !HIDDEN.test(path.replace(/^\//, "")) && (PHOTO.test(path) || path.toLowerCase().endsWith(".zip"));
}

function isZip(file: File): boolean {
  return file.name.toLowerCase().endsWith(".zip") || file.type === "application/zip";
}

interface Room {
  readonly photos: number;
  readonly bytes: number;
}

async function unpack(
  zip: File,
  room: Room,
): Promise<{ readonly photos: readonly File[]; readonly leftOut: number }> {
  if (zip.size > MOST_ZIP_BYTES) throw new RangeError(zip.name);
  const bytes = new Uint8Array(await zip.arrayBuffer());
  let [count, total, leftOut] = [0, 0, 0];
  const files = await new Promise<Record<string, Uint8Array<ArrayBuffer>>>((resolve, reject) => {
    // Sizes are as the file claims them; what has more does not unpack. What is not packed is copied by its other size, and
    // any number of entries may be of the same bytes.
    const filter = ({ name, size, originalSize }: { name: string; size: number; originalSize: number }): boolean => {
      if (name.endsWith("/") || HIDDEN.test(name)) return false;
      const most = Math.max(size, originalSize);
      const fits = PHOTO.test(name) && most <= MOST_PHOTO_BYTES && count < room.photos && total + most <= room.bytes;
      if (fits) [count, total] = [count + 1, total + most];
      else leftOut += 1;
      return fits;
    };
    unzip(bytes, { filter }, (error, unzipped) => {
      if (error === null) resolve(unzipped);
      else reject(error);
    });
  });
  const photos = Object.entries(files).map(([path, content]) => new File([content], path.split("/").at(-1) ?? path));
  return { photos, leftOut };
}

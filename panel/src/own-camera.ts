/** The camera of the phone or computer that shows the page: turned on, looked through, turned off. */

/** As large as a doorbell's picture: more is only more to send. */
const WIDTH = 1280;
const HEIGHT = 720;
const JPEG_QUALITY = 0.9;

/** Why there are no pictures: what a person can do about it differs. */
export type Trouble = "insecure" | "refused" | "missing" | "busy";

export class NoCamera extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

export class OwnCamera {
  private constructor(readonly stream: MediaStream) {}

  /** Ask for it and turn it on; throws `NoCamera`. */
  static async open(): Promise<OwnCamera> {
    // Browsers show it only to pages that came over HTTPS or from this very machine; to others it does not exist.
    if (!window.isSecureContext) throw new NoCamera("insecure");
    try {
      const video = { facingMode: "user", width: { ideal: WIDTH }, height: { ideal: HEIGHT } };
      return new OwnCamera(await navigator.mediaDevices.getUserMedia({ video }));
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      if (name === "NotAllowedError" || name === "SecurityError") throw new NoCamera("refused");
      throw new NoCamera(name === "NotReadableError" || name === "AbortError" ? "busy" : "missing");
    }
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}

/** What a video shows now, as a JPEG; nothing before its first picture. */
export async function pictureOf(video: HTMLVideoElement | null): Promise<Blob | undefined> {
  if (video === null || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
  const scale = Math.min(1, WIDTH / Math.max(video.videoWidth, video.videoHeight, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
  });
  return blob ?? undefined;
}

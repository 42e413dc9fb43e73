/** The integration's commands, typed; a server is meant by the id of its config entry. */
import type {
  CameraInfo,
  CameraSight,
  Candidate,
  CareFinding,
  ChangeInfo,
  Deleted,
  Enrolled,
  FaceInfo,
  LibraryImported,
  Override,
  PersonInfo,
  PhotoInfo,
  ProblemInfo,
  ProposalInfo,
  ProposalsAccepted,
  Recognition,
  Rect,
  SearchResult,
  Settings,
  SightingInfo,
  SittingInfo,
  Undone,
  UnknownInfo,
} from "./generated/protocol";
import type { Hass } from "./hass";

export interface Server {
  readonly entry_id: string;
  readonly title: string;
  readonly ready: boolean;
  /** Whether this user may say who somebody is. */
  readonly teaches: boolean;
  /** Whether this user may do everything else. */
  readonly changes: boolean;
}

/** A camera, and the entity behind it where it is Home Assistant's. */
export type Camera = CameraInfo & { readonly entity_id: string | null };

export interface State {
  readonly ready: boolean;
  readonly people: readonly PersonInfo[];
  readonly cameras: readonly Camera[];
}

/** A person of Home Assistant. */
export interface HomePerson {
  readonly id: string;
  readonly name: string;
}

export interface HomePeople {
  readonly people: readonly HomePerson[];
  /** Who of the server's people is who: by their id, another, or nothing for nobody. */
  readonly links: Readonly<Record<string, string>>;
  readonly can_create: boolean;
}

/** Who somebody is in Home Assistant, where it is none of its people. */
export const NEW = "new";
export const NOBODY = "nobody";

/** What is wrong, with the picture of the photo where it is about one. */
export type Problem = ProblemInfo & { readonly picture?: string | null };

export type Near = Candidate & { readonly picture: string | null };
export type Explained = Omit<Recognition, "faces"> & {
  readonly faces: readonly (Omit<FaceInfo, "nearest"> & { readonly nearest: readonly Near[] })[];
};

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor?: string | null;
}

/** A refusal: the server's code and words, with what else it says. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: { readonly faces?: readonly { readonly box: Rect }[]; readonly person?: { readonly name: string } },
  ) {
    super(message);
  }
}

type Answer<T> =
  | { readonly success: true; readonly result: T }
  | {
      readonly success: false;
      readonly error: { readonly code: string; readonly message: string; readonly details?: Refusal["details"] | null };
    };

const PAGE_LENGTH = 200;
/** Signed paths are another each time; a picture that is shown already need not be fetched again. */
const KEEP_PATHS_MS = 6 * 60 * 60 * 1000;
const signedPaths = new Map<string, { readonly path: string; readonly since: number }>();

export function servers(hass: Hass): Promise<Server[]> {
  return hass.callWS({ type: "face/servers" });
}

/** Keep the address of a picture, unless the picture behind it changes with time, as a camera's does. */
function steady<T>(answer: T, key = ""): T {
  if (typeof answer === "string") {
    if (key !== "picture") return answer;
    const name = answer.split("?")[0] ?? answer;
    const known = signedPaths.get(name);
    if (known !== undefined && Date.now() - known.since < KEEP_PATHS_MS) return known.path as T;
    signedPaths.set(name, { path: answer, since: Date.now() });
    return answer;
  }
  if (Array.isArray(answer)) return answer.map((one: unknown) => steady(one)) as T;
  if (answer === null || typeof answer !== "object") return answer;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, steady<unknown>(value, name)])) as T;
}

export class FaceClient {
  constructor(
    readonly hass: Hass,
    readonly entryId: string,
  ) {}

  private async ask<T>(type: string, fields: object = {}): Promise<T> {
    return steady(await this.hass.callWS<T>({ type: `face/${type}`, entry_id: this.entryId, ...fields }));
  }

  private async all<T>(type: string, fields: object = {}): Promise<T[]> {
    const found: T[] = [];
    let cursor: string | null | undefined;
    do {
      const more = cursor == null ? {} : { cursor };
      const page: Page<T> = await this.ask(type, { limit: PAGE_LENGTH, ...fields, ...more });
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor != null);
    return found;
  }

  /** Calls back whenever something has changed; returns how to end that. */
  follow(changed: () => void): Promise<() => Promise<void>> {
    return this.hass.connection.subscribeMessage(changed, { type: "face/follow", entry_id: this.entryId });
  }

  state(): Promise<State> {
    return this.ask("state");
  }

  homePeople(): Promise<HomePeople> {
    return this.ask("home_people");
  }

  /** Says who a person is in Home Assistant; the tracker to add by hand where that person comes from YAML. */
  link(personId: string, homePerson: string): Promise<{ readonly by_hand: string | null }> {
    return this.ask("link", { person_id: personId, home_person: homePerson });
  }

  photos(personId: string): Promise<PhotoInfo[]> {
    return this.all("photos/list", { person_id: personId });
  }

  problems(): Promise<Problem[]> {
    return this.all("problems/list");
  }

  /** What would mend the gallery, and what that would change: a page, since it is work for the server; the first is there soon. */
  care(cursor?: string): Promise<Page<CareFinding>> {
    return this.ask("care/list", cursor === undefined ? { limit: 5 } : { limit: 25, cursor });
  }

  acceptPhoto(personId: string, photoId: string): Promise<PhotoInfo> {
    return this.ask("photos/accept", { person_id: personId, photo_id: photoId });
  }

  unknowns(): Promise<UnknownInfo[]> {
    return this.all("unknowns/list");
  }

  sightings(filter: object, cursor?: string): Promise<Page<SightingInfo>> {
    return this.ask("sightings/list", { limit: 50, ...filter, ...(cursor === undefined ? {} : { cursor }) });
  }

  explain(kind: "sightings" | "unknowns", ownId: string): Promise<Explained> {
    return this.ask("explain", { kind, own_id: ownId });
  }

  /** How well the cameras saw faces over their last visits. */
  cameraSights(): Promise<CameraSight[]> {
    return this.all("cameras/sight");
  }

  settings(): Promise<Settings> {
    return this.ask("settings/get");
  }

  changeSettings(change: Partial<Settings>): Promise<Settings> {
    return this.ask("settings/set", change);
  }

  rename(personId: string, name: string): Promise<PersonInfo> {
    return this.ask("people/rename", { person_id: personId, name });
  }

  merge(from: string, into: string): Promise<PersonInfo> {
    return this.ask("people/merge", { from, into });
  }

  /** Deletes somebody; with `undo` they can be put back for an hour. */
  deletePerson(personId: string, undo: boolean): Promise<Deleted> {
    return this.ask("people/delete", { person_id: personId, undo });
  }

  deletePhoto(personId: string, photoId: string, undo: boolean): Promise<Deleted> {
    return this.ask("photos/delete", { person_id: personId, photo_id: photoId, undo });
  }

  /** What was done and can be undone, newest first. */
  async changes(): Promise<ChangeInfo[]> {
    const changes = await this.all<ChangeInfo>("changes/list");
    return changes.sort((a, b) => Date.parse(b.until) - Date.parse(a.until));
  }

  undo(changeId: string): Promise<Undone> {
    return this.ask("changes/undo", { change_id: changeId });
  }

  eraseChange(changeId: string): Promise<Deleted> {
    return this.ask("changes/erase", { change_id: changeId });
  }

  /** Gives a photo to who it is of, by name: somebody new, too. */
  movePhoto(personId: string, photoId: string, person: string): Promise<PersonInfo> {
    return this.ask("photos/move", { person_id: personId, photo_id: photoId, person });
  }

  assign(unknownId: string, person: string): Promise<PersonInfo> {
    return this.ask("unknowns/assign", { unknown_id: unknownId, person });
  }

  ignore(unknownId: string): Promise<UnknownInfo> {
    return this.ask("unknowns/ignore", { unknown_id: unknownId });
  }

  deleteUnknown(unknownId: string, undo: boolean): Promise<Deleted> {
    return this.ask("unknowns/delete", { unknown_id: unknownId, undo });
  }

  /** Takes a sighting back; with the name of who was seen, that correction is taken back. */
  correct(sightingId: string, who: { person?: string; reason?: "not_a_person" }): Promise<SightingInfo> {
    return this.ask("sightings/correct", { sighting_id: sightingId, ...who });
  }

  /** Has somebody learned who stands before a camera; without one, by pictures that are sent with `sit`. */
  startSitting(camera?: string): Promise<SittingInfo> {
    return this.ask("sittings/start", camera === undefined ? {} : { camera });
  }

  /** The next picture of who is learned; how far that is then. */
  async sit(sittingId: string, picture: Blob): Promise<SittingInfo> {
    const query = new URLSearchParams({ sitting_id: sittingId });
    return steady(await this.post<SittingInfo>(`/api/face/sit/${this.entryId}?${query.toString()}`, picture));
  }

  sitting(sittingId: string): Promise<SittingInfo> {
    return this.ask("sittings/get", { sitting_id: sittingId });
  }

  /** Makes exactly these pictures a person's photos. */
  acceptSitting(
    sittingId: string,
    person: string,
    pictures: readonly number[],
    allow: readonly Override[],
  ): Promise<PersonInfo> {
    return this.ask("sittings/accept", { sitting_id: sittingId, person, pictures, allow });
  }

  declineSitting(sittingId: string): Promise<unknown> {
    return this.ask("sittings/decline", { sitting_id: sittingId });
  }

  /** Pictures that would widen the photos of a person, or of everybody. */
  proposals(personId: string): Promise<ProposalInfo[]> {
    return this.all("proposals/list", personId === "" ? {} : { person_id: personId });
  }

  acceptProposals(proposalIds: readonly string[]): Promise<ProposalsAccepted> {
    return this.ask("proposals/accept", { proposal_ids: proposalIds });
  }

  declineProposals(proposalIds: readonly string[]): Promise<unknown> {
    return this.ask("proposals/decline", { proposal_ids: proposalIds });
  }

  teach(person: string, photo: Blob, box?: Rect, allow: readonly Override[] = []): Promise<Enrolled> {
    const query = new URLSearchParams({ person });
    if (box !== undefined) query.set("box", [box.x, box.y, box.w, box.h].join(","));
    if (allow.length > 0) query.set("allow", allow.join(","));
    return this.post(`/api/face/teach/${this.entryId}?${query.toString()}`, photo);
  }

  /** Where everybody's photos can be downloaded as one file, for a moment. */
  async library(): Promise<string> {
    return (await this.ask<{ readonly url: string }>("library")).url;
  }

  importLibrary(file: Blob): Promise<LibraryImported> {
    return this.post(`/api/face/library/${this.entryId}`, file);
  }

  recognize(picture: Blob): Promise<Recognition> {
    return this.post(`/api/face/ask/${this.entryId}`, picture);
  }

  /** Who of all that is remembered looks like the faces in a picture. */
  search(picture: Blob): Promise<SearchResult> {
    return this.post(`/api/face/search/${this.entryId}`, picture);
  }

  private async post<T>(path: string, body: Blob): Promise<T> {
    const headers = { "Content-Type": "application/octet-stream" };
    const response = await this.hass.fetchWithAuth(path, { method: "POST", body, headers });
    if (!response.ok) throw new Refusal(String(response.status), response.statusText, {});
    const answer = (await response.json()) as Answer<T>;
    if (answer.success) return answer.result;
    throw new Refusal(answer.error.code, answer.error.message, answer.error.details ?? {});
  }
}

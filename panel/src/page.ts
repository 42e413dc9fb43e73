/** What every page has in common: the home that it shows, loading again when that has changed, and saying what failed. */
import { LitElement, type PropertyValues, type TemplateResult, html } from "lit";
import { property, state } from "lit/decorators.js";
import type { FaceClient, Server, State } from "./client";
import type { ChangeInfo, Deleted, PersonRef } from "./generated/protocol";
import type { Hass } from "./hass";
import { shared } from "./styles";
import type { Speech } from "./words";
import type { Words } from "./words/en";

/** One server as the panel shows it now; another object for each change. */
export interface Home {
  readonly hass: Hass;
  readonly client: FaceClient;
  readonly server: Server;
  readonly speech: Speech;
  readonly state: State;
}

export interface Notice {
  readonly text: string;
  /** What takes it back, where something can. */
  readonly undo?: () => Promise<unknown>;
}

export abstract class Page extends LitElement {
  @property({ attribute: false }) home!: Home;
  @state() protected loading = true;

  static override styles = [shared];

  protected get words(): Words {
    return this.home.speech.words;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("home")) void this.reload();
  }

  /** Fetch what the page shows; called again whenever something has changed. */
  protected load(): Promise<void> {
    return Promise.resolve();
  }

  protected async reload(): Promise<void> {
    await this.attempt(() => this.load());
    this.loading = false;
  }

  /** Do something, and say so if it does not work; whether it worked. */
  protected async attempt(what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what();
      return true;
    } catch (error) {
      this.tell({ text: this.home.speech.fill(this.words.failed, { reason: this.home.speech.refusal(error) }) });
      return false;
    }
  }

  protected tell(notice: Notice): void {
    this.dispatchEvent(new CustomEvent<Notice>("face-notice", { detail: notice, bubbles: true, composed: true }));
  }

  /** Delete something, and offer to put it back where that is possible; whether it worked. */
  protected delete(text: string, what: () => Promise<Deleted>): Promise<boolean> {
    return this.attempt(async () => {
      const { change } = await what();
      if (change == null) this.tell({ text });
      else this.tell({ text, undo: () => this.home.client.undo(change.change_id) });
    });
  }

  /** Say what was just done, and offer to undo it to whoever may: all the changes that are meant, the newest first. */
  protected async offerUndo(text: string, isMeant: (change: ChangeInfo) => boolean): Promise<void> {
    const { client, server } = this.home;
    const changes = server.changes ? (await client.changes()).filter(isMeant) : [];
    const undo = async (): Promise<void> => {
      for (const change of changes) await client.undo(change.change_id);
    };
    this.tell(changes.length === 0 ? { text } : { text, undo });
  }

  /** Merge two people, and offer to part them again; whether it worked. */
  protected merge(from: PersonRef, into: PersonRef): Promise<boolean> {
    return this.attempt(async () => {
      await this.home.client.merge(from.id, into.id);
      const text = this.home.speech.fill(this.words.was_merged, { name: from.name, other: into.name });
      await this.offerUndo(text, (change) => change.kind === "people_merged" && change.person?.id === from.id);
    });
  }

  /** Have everything loaded again, also what other pages show. */
  protected changed(): void {
    this.dispatchEvent(new CustomEvent("face-changed", { bubbles: true, composed: true }));
  }

  protected cameraName(id: string | null | undefined): string {
    return this.home.state.cameras.find((one) => one.camera === id)?.name ?? id ?? "";
  }

  protected waiting(): TemplateResult {
    return html`<p class="empty" role="status">${this.words.loading}</p>`;
  }
}

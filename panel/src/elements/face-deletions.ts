/** What was deleted in the last hour: put back, or erased now. */
import { mdiDeleteForever, mdiRestore } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../define";
import type { DeletionInfo } from "../generated/protocol";
import { Page } from "../page";
import "./face-dialog";
import { icon } from "./icon";

@define("face-deletions")
export class FaceDeletions extends Page {
  @state() private deletions: readonly DeletionInfo[] = [];
  /** What is to be erased, if that is right. */
  @state() private erasing: DeletionInfo | undefined;

  static override styles = [
    ...Page.styles,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .what {
        flex: 1;
        min-width: 160px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    if (!this.home.server.changes) return;
    const deletions = await this.home.client.deletions();
    // Newest first.
    this.deletions = deletions.sort((a, b) => Date.parse(b.until) - Date.parse(a.until));
  }

  override render(): TemplateResult | typeof nothing {
    const { words } = this;
    if (this.deletions.length === 0) return nothing;
    return html`
      <h3>${words.deleted_lately}</h3>
      <p class="faint">${words.deleted_lately_text}</p>
      <ul>
        ${this.deletions.map((one) => this.deletion(one))}
      </ul>
      ${this.erasing === undefined ? nothing : this.question(this.erasing)}
    `;
  }

  private what(one: DeletionInfo): string {
    const { speech } = this.home;
    const { name } = one.person;
    return one.photo_id == null ? name : speech.fill(this.words.photo_of, { name });
  }

  private deletion(one: DeletionInfo): TemplateResult {
    const { words } = this;
    const { speech, state } = this.home;
    const what = this.what(one);
    // A photo comes back to its person.
    const alone = one.photo_id != null && state.people.every((person) => person.id !== one.person.id);
    const until = speech.fill(words.deleted_until, { time: speech.time(one.until) });
    const more = one.photo_id == null ? `${speech.count(words.photos, one.photos)}, ${until}` : until;
    return html`<li class="row">
      <div class="what">
        <strong>${what}</strong>
        <p class="faint">${alone ? speech.fill(words.put_back_first, { name: one.person.name }) : more}</p>
      </div>
      <button aria-label="${words.put_back}: ${what}" ?disabled=${alone} @click=${() => this.putBack(one)}>
        ${icon(mdiRestore)}${words.put_back}
      </button>
      <button aria-label="${words.erase_now}: ${what}" @click=${() => (this.erasing = one)}>
        ${icon(mdiDeleteForever)}${words.erase_now}
      </button>
    </li>`;
  }

  private async putBack(one: DeletionInfo): Promise<void> {
    if (await this.attempt(() => this.home.client.undoDeletion(one.deletion_id))) {
      this.tell({ text: this.home.speech.fill(this.words.was_put_back, { what: this.what(one) }) });
    }
    // Also where its hour is over.
    this.changed();
  }

  private question(one: DeletionInfo): TemplateResult {
    const { words } = this;
    const closed = (): void => {
      this.erasing = undefined;
    };
    const confirmed = async (): Promise<void> => {
      await this.attempt(() => this.home.client.eraseDeletion(one.deletion_id));
      closed();
      this.changed();
    };
    return html`<face-dialog .heading=${words.erase_now} @closed=${closed}>
      <p>${this.home.speech.fill(words.erase_text, { what: this.what(one) })}</p>
      <button slot="actions" @click=${closed}>${words.cancel}</button>
      <button slot="actions" class="danger" @click=${confirmed}>${words.erase}</button>
    </face-dialog>`;
  }
}

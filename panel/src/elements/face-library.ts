/** Everybody's photos as one file: downloaded with one click, and taken in from one, with what became of everybody in it. */
import { mdiDownload, mdiUpload } from "@mdi/js";
import { type TemplateResult, css, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { Refusal } from "../client";
import { define } from "../define";
import type { ImportedPerson, LibraryImported } from "../generated/protocol";
import { Page } from "../page";
import { icon } from "./icon";

@define("face-library")
export class FaceLibrary extends Page {
  @state() private busy = false;
  @state() private imported: LibraryImported | undefined;
  /** Why nothing was imported. */
  @state() private refused = "";
  @query("input") private readonly chooser!: HTMLInputElement;

  static override styles = [
    ...Page.styles,
    css`
      ul {
        margin: 8px 0;
        padding-inline-start: 20px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { words, imported } = this;
    return html`
      <h3>${words.library}</h3>
      <p class="faint">${words.library_text}</p>
      <div class="row">
        <button ?disabled=${this.busy} @click=${this.download}>${icon(mdiDownload)}${words.library_export}</button>
        <button ?disabled=${this.busy} @click=${() => this.chooser.click()}>
          ${icon(mdiUpload)}${words.library_import}
        </button>
        <input hidden type="file" accept=".tar,application/x-tar" aria-label=${words.library_import} @change=${this.chosen} />
      </div>
      <div role="status">
        ${this.busy ? html`<p>${words.library_importing}</p>` : nothing}
        ${this.refused === "" ? nothing : html`<p class="note warn">${this.refused}</p>`}
        ${imported === undefined
          ? nothing
          : html`<p>${words.library_imported}</p>
              <ul>
                ${imported.people.map((one) => this.person(one))}
              </ul>`}
      </div>
    `;
  }

  private person(one: ImportedPerson): TemplateResult {
    const { speech } = this.home;
    const { words } = this;
    const said = [
      ...(one.added ? [words.library_new] : []),
      ...(one.photos_added > 0 ? [speech.count(words.library_added, one.photos_added)] : []),
      ...(one.photos_known > 0 ? [speech.count(words.library_known, one.photos_known)] : []),
      ...one.somebody_elses.map(({ file, person }) => speech.fill(words.library_elsewhere, { file, name: person.name })),
    ];
    return html`<li>${one.person.name}: ${said.join(", ")}</li>`;
  }

  private readonly download = async (): Promise<void> => {
    await this.attempt(async () => {
      const link = document.createElement("a");
      link.href = await this.home.client.library();
      link.download = "";
      link.click();
    });
  };

  private readonly chosen = async (): Promise<void> => {
    const [file] = this.chooser.files ?? [];
    this.chooser.value = "";
    if (file === undefined) return;
    this.busy = true;
    this.imported = undefined;
    this.refused = "";
    try {
      this.imported = await this.home.client.importLibrary(file);
      this.changed();
    } catch (error) {
      const { speech } = this.home;
      // What is wrong with the file, only the server can say.
      const own = error instanceof Refusal && error.code === "invalid_request";
      this.refused = own ? error.message : speech.fill(this.words.failed, { reason: speech.refusal(error) });
    }
    this.busy = false;
  };
}

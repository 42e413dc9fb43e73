/**
 * The Faces panel: chooses the server and the page by the address, keeps the state current, and shows what pages tell.
 * Home Assistant makes this element and gives it `hass`, `narrow` and `route`.
 */
import {
  mdiAccountGroup,
  mdiAccountQuestion,
  mdiCctv,
  mdiClipboardCheckOutline,
  mdiCog,
  mdiEye,
  mdiHistory,
  mdiMenu,
} from "@mdi/js";
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { FaceClient, type Server, type State, servers } from "./client";
import { define } from "./define";
import { icon } from "./elements/icon";
import { type Hass, type Route, navigate } from "./hass";
import type { Home, Notice } from "./page";
import "./pages/cameras";
import "./pages/check";
import "./pages/now";
import "./pages/people";
import "./pages/person";
import "./pages/settings";
import "./pages/timeline";
import "./pages/unknown";
import { shared } from "./styles";
import { Speech } from "./words";

const PAGES = [
  { name: "now", icon: mdiEye },
  { name: "people", icon: mdiAccountGroup },
  { name: "unknown", icon: mdiAccountQuestion },
  { name: "timeline", icon: mdiHistory },
  { name: "check", icon: mdiClipboardCheckOutline },
  { name: "cameras", icon: mdiCctv },
  { name: "settings", icon: mdiCog },
] as const;

/** Changes come in bursts, one for each picture. */
const SETTLE_MS = 700;
const NOTICE_MS = 8000;
const RETRY_MS = 5000;

@define("face-panel")
export class FacePanel extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @property({ attribute: false }) route!: Route;

  @state() private servers: readonly Server[] | undefined;
  @state() private entryId: string | undefined;
  @state() private faces: State | undefined;
  @state() private home: Home | undefined;
  @state() private notice: Notice | undefined;

  private language = "";
  private stopFollowing: (() => Promise<void>) | undefined;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private noticeEnds: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        background: var(--primary-background-color);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: var(--header-height, 56px);
        padding: 0 12px;
        box-sizing: border-box;
        flex: none;
        background: var(--app-header-background-color);
        color: var(--app-header-text-color, white);
        border-bottom: var(--app-header-border-bottom, 1px solid var(--divider-color));
      }
      header button {
        color: inherit;
        display: none;
      }
      :host([narrow]) header button {
        display: inline-flex;
      }
      h1 {
        font-size: 1.25rem;
        font-weight: 400;
        margin: 0 8px;
        flex: 1;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      header select {
        width: auto;
        max-width: 50%;
      }
      nav {
        flex: none;
        overflow-x: auto;
        scrollbar-width: none;
        background: var(--card-background-color);
        border-bottom: 1px solid var(--divider-color);
      }
      nav ul {
        display: flex;
        list-style: none;
        margin: 0;
        padding: 0 8px;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 48px;
        padding: 0 14px;
        color: var(--primary-text-color);
        text-decoration: none;
        white-space: nowrap;
        font-size: 0.9375rem;
        border-bottom: 3px solid transparent;
        box-sizing: border-box;
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      nav a[aria-current] {
        border-bottom-color: var(--primary-color);
        font-weight: 500;
      }
      nav svg {
        width: 22px;
        height: 22px;
        fill: currentColor;
      }
      :host([narrow]) nav a {
        flex-direction: column;
        gap: 2px;
        font-size: 0.75rem;
        padding: 6px 10px;
      }
      .badge {
        min-width: 20px;
        padding: 0 6px;
        border-radius: 10px;
        box-sizing: border-box;
        text-align: center;
        font-size: 0.75rem;
        line-height: 20px;
        color: white;
        background: var(--strong-color);
      }
      main {
        flex: 1;
        overflow: auto;
        padding: 16px;
        box-sizing: border-box;
      }
      .page {
        max-width: 1200px;
        margin: 0 auto;
      }
      .notice {
        position: fixed;
        inset-inline: 16px;
        bottom: 16px;
        margin: 0 auto;
        width: fit-content;
        max-width: 560px;
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 16px;
        border-radius: 12px;
        color: white;
        background: #323232;
        box-shadow: 0 4px 12px rgb(0 0 0 / 30%);
        z-index: 2;
      }
      .notice button {
        color: white;
        border-color: white;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("face-notice", this.takeNotice);
    this.addEventListener("face-changed", this.reload);
    if (this.hass as Hass | undefined) void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("face-notice", this.takeNotice);
    this.removeEventListener("face-changed", this.reload);
    clearTimeout(this.settling);
    void this.stopFollowing?.().catch(() => undefined);
    this.stopFollowing = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("hass")) return;
    if (this.servers === undefined && changed.get("hass") === undefined) void this.begin();
    // `hass` is another object with every state in the house; pages hear of it only if words change.
    const language = `${this.hass.language} ${this.hass.locale.time_format}`;
    if (language !== this.language) {
      this.language = language;
      this.show();
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    // On a phone the last pages are out of sight.
    if (changed.has("route")) this.renderRoot.querySelector("nav a[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  private async begin(): Promise<void> {
    try {
      this.servers = await servers(this.hass);
    } catch {
      setTimeout(() => void this.begin(), RETRY_MS);
      return;
    }
    this.entryId ??= this.servers[0]?.entry_id;
    await this.choose(this.entryId);
  }

  private async choose(entryId: string | undefined): Promise<void> {
    this.entryId = entryId;
    await this.stopFollowing?.().catch(() => undefined);
    this.stopFollowing = undefined;
    if (entryId === undefined) return;
    try {
      this.stopFollowing = await new FaceClient(this.hass, entryId).follow(this.settle);
      await this.fetchState();
    } catch {
      // Not set up (yet), as while Home Assistant starts.
      setTimeout(() => void this.begin(), RETRY_MS);
    }
  }

  /** Fetch the state once no more changes come. */
  private readonly settle = (): void => {
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.reload();
    }, SETTLE_MS);
  };

  private readonly reload = (): void => {
    // What fails here is tried again with the next change.
    void this.fetchState().catch(() => undefined);
  };

  private async fetchState(): Promise<void> {
    if (this.entryId === undefined) return;
    this.faces = await new FaceClient(this.hass, this.entryId).state();
    this.show();
  }

  private show(): void {
    const server = this.servers?.find((one) => one.entry_id === this.entryId);
    if (server === undefined || this.faces === undefined) return;
    const { hass } = this;
    const client = new FaceClient(hass, server.entry_id);
    this.home = { hass, client, server, speech: new Speech(hass), state: this.faces };
  }

  private readonly takeNotice = (event: Event): void => {
    this.notice = (event as CustomEvent<Notice>).detail;
    clearTimeout(this.noticeEnds);
    this.noticeEnds = setTimeout(() => (this.notice = undefined), NOTICE_MS);
  };

  private readonly takeBack = async (): Promise<void> => {
    const undo = this.notice?.undo;
    this.notice = undefined;
    try {
      await undo?.();
    } catch (error) {
      const speech = new Speech(this.hass);
      this.notice = { text: speech.fill(speech.words.failed, { reason: speech.refusal(error) }) };
    }
    this.reload();
  };

  private readonly toggleMenu = (): void => {
    this.dispatchEvent(new CustomEvent("hass-toggle-menu", { bubbles: true, composed: true }));
  };

  private readonly chooseServer = (event: Event): void => {
    this.faces = undefined;
    this.home = undefined;
    void this.choose((event.target as HTMLSelectElement).value);
  };

  private readonly follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate((event.currentTarget as HTMLAnchorElement).pathname);
  };

  override render(): TemplateResult {
    const { words } = new Speech(this.hass);
    const { prefix, path } = this.route;
    const [, name = "", own = ""] = path.split("/");
    const page = PAGES.find((one) => one.name === name)?.name ?? "now";
    const several = (this.servers?.length ?? 0) > 1;
    return html`
      <header>
        <button class="icon" aria-label=${words.menu} @click=${this.toggleMenu}>${icon(mdiMenu)}</button>
        <h1>${words.title}</h1>
        ${several
          ? html`<select aria-label=${words.server} @change=${this.chooseServer}>
              ${this.servers?.map(
                (one) => html`<option value=${one.entry_id} ?selected=${one.entry_id === this.entryId}>${one.title}</option>`,
              )}
            </select>`
          : nothing}
      </header>
      <nav aria-label=${words.pages}>
        <ul>
          ${PAGES.map(
            (one) => html`<li>
              <a
                href="${prefix}/${one.name}"
                aria-current=${one.name === page ? "page" : nothing}
                @click=${this.follow}
                >${icon(one.icon)}<span>${words[one.name]}</span>${one.name === "people" ? this.badge() : nothing}</a
              >
            </li>`,
          )}
        </ul>
      </nav>
      <main>
        <div class="page">
          ${this.home === undefined
            ? html`<p class="empty" role="status">${this.servers?.length === 0 ? words.no_server : words.loading}</p>`
            : html`${this.warnings(this.home)} ${this.page(page, own, this.home)}`}
        </div>
      </main>
      <div role="status" aria-live="polite">
        ${this.notice === undefined
          ? nothing
          : html`<div class="notice">
              <span>${this.notice.text}</span>
              ${this.notice.undo === undefined ? nothing : html`<button @click=${this.takeBack}>${words.undo}</button>`}
            </div>`}
      </div>
    `;
  }

  /** How many pictures of people wait to be kept or declined. */
  private badge(): TemplateResult | typeof nothing {
    if (this.home?.server.teaches !== true) return nothing;
    const { state, speech } = this.home;
    const waiting = state.people.reduce((sum, one) => sum + one.proposals, 0);
    if (waiting === 0) return nothing;
    return html`<span class="badge" role="img" aria-label=${speech.count(speech.words.proposals_help, waiting)}
      >${waiting}</span
    >`;
  }

  private warnings(home: Home): TemplateResult {
    const { words } = home.speech;
    return html`
      ${home.state.ready ? nothing : html`<p class="note warn" role="alert">${words.not_connected}</p>`}
      ${home.server.teaches || home.server.changes ? nothing : html`<p class="note">${words.only_look}</p>`}
    `;
  }

  private page(name: (typeof PAGES)[number]["name"], own: string, home: Home): TemplateResult {
    switch (name) {
      case "now":
        return html`<face-now .home=${home}></face-now>`;
      case "people":
        return own === ""
          ? html`<face-people .home=${home} .base=${`${this.route.prefix}/people`}></face-people>`
          : html`<face-person .home=${home} .personId=${own} .base=${`${this.route.prefix}/people`}></face-person>`;
      case "unknown":
        return html`<face-unknown .home=${home}></face-unknown>`;
      case "timeline":
        return html`<face-timeline .home=${home}></face-timeline>`;
      case "check":
        return html`<face-check .home=${home} .base=${`${this.route.prefix}/people`}></face-check>`;
      case "cameras":
        return html`<face-cameras .home=${home}></face-cameras>`;
      case "settings":
        return html`<face-settings .home=${home}></face-settings>`;
    }
  }
}

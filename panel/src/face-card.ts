/** The card for dashboards: who is at home, with faces, and who came last. Home Assistant's card picker offers it. */
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { FaceClient, type State, servers } from "./client";
import { define } from "./define";
import "./elements/face-picture";
import type { PersonInfo } from "./generated/protocol";
import { type Hass, navigate } from "./hass";
import { shared } from "./styles";
import { Speech } from "./words";

interface Config {
  readonly type: string;
  readonly title?: string;
  /** The config entry of the server; the only or first one, if it is left out. */
  readonly entry_id?: string;
}

const SETTLE_MS = 700;
const RETRY_MS = 5000;
const PANEL = "/faces";

@define("face-card")
export class FaceCard extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  @state() private config: Config | undefined;
  @state() private faces: State | undefined;
  @state() private nothingThere = false;

  private stopFollowing: (() => Promise<void>) | undefined;
  private begun = false;
  private settling: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      .card {
        height: 100%;
        box-sizing: border-box;
        padding: 16px;
        gap: 12px;
        box-shadow: var(--ha-card-box-shadow, none);
      }
      h2 {
        margin: 0;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
      }
      a {
        color: inherit;
        text-decoration: none;
        display: block;
        width: 72px;
        text-align: center;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      face-picture {
        border-radius: 50%;
        width: 64px;
        margin: 0 auto 4px;
      }
      p {
        margin: 0;
      }
    `,
  ];

  static getStubConfig(): Partial<Config> {
    return {};
  }

  static getConfigForm(): object {
    return {
      schema: [
        { name: "title", selector: { text: {} } },
        { name: "entry_id", selector: { config_entry: { integration: "face" } } },
      ],
    };
  }

  setConfig(config: Config): void {
    this.config = config;
    this.faces = undefined;
    if (this.begun) void this.begin();
  }

  getCardSize(): number {
    return 3;
  }

  getGridOptions(): object {
    return { columns: 12, min_columns: 4, min_rows: 2 };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.begun = false;
    clearTimeout(this.settling);
    this.settling = undefined;
    void this.stopFollowing?.().catch(() => undefined);
    this.stopFollowing = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hass as Hass | undefined) void this.begin();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hass") && !this.begun) void this.begin();
  }

  /** `hass` is another object with every state in the house; the card shows none of them. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    return changed.size > 1 || !changed.has("hass") || changed.get("hass")?.language !== this.hass.language;
  }

  private async begin(): Promise<void> {
    this.begun = true;
    try {
      const found = (await servers(this.hass)).find((one) => one.entry_id === (this.config?.entry_id ?? one.entry_id));
      this.nothingThere = found === undefined;
      if (found === undefined) return;
      const client = new FaceClient(this.hass, found.entry_id);
      const fetchState = async (): Promise<void> => {
        this.faces = await client.state();
      };
      await this.stopFollowing?.().catch(() => undefined);
      this.stopFollowing = await client.follow(() => {
        this.settling ??= setTimeout(() => {
          this.settling = undefined;
          void fetchState().catch(() => undefined);
        }, SETTLE_MS);
      });
      await fetchState();
    } catch {
      // Not set up (yet), as while Home Assistant starts.
      this.settling ??= setTimeout(() => {
        this.settling = undefined;
        if (this.isConnected) void this.begin();
      }, RETRY_MS);
    }
  }

  override render(): TemplateResult {
    const speech = new Speech(this.hass);
    const { words } = speech;
    return html`<div class="card">
      <h2>${this.config?.title ?? words.title}</h2>
      ${this.faces === undefined
        ? html`<p class="faint">${this.nothingThere ? words.no_server : words.loading}</p>`
        : this.people(speech, this.faces)}
    </div>`;
  }

  private people(speech: Speech, { people, cameras }: State): TemplateResult {
    const { words } = speech;
    const home = people.filter((one) => one.presence.home);
    const seen = people.filter((one) => one.presence.last_seen != null);
    const [last] = seen.sort((a, b) => Date.parse(b.presence.last_seen ?? "") - Date.parse(a.presence.last_seen ?? ""));
    const place = cameras.find((one) => one.camera === last?.presence.camera)?.name ?? last?.presence.area ?? "";
    return html`
      ${home.length === 0
        ? html`<p>${words.card_nobody}</p>`
        : html`<ul>
            ${home.map((one) => this.person(one))}
          </ul>`}
      ${last === undefined
        ? nothing
        : html`<p class="faint">
            ${speech.fill(words.card_last, {
              name: last.name,
              camera: place,
              when: speech.ago(last.presence.last_seen ?? ""),
            })}
          </p>`}
    `;
  }

  private person(person: PersonInfo): TemplateResult {
    const path = `${PANEL}/people/${person.id}`;
    const open = (event: MouseEvent): void => {
      event.preventDefault();
      navigate(path);
    };
    return html`<li>
      <a href=${path} @click=${open}><face-picture .src=${person.picture}></face-picture>${person.name}</a>
    </li>`;
  }
}

/** What the card picker reads: every custom card adds itself. */
declare global {
  interface Window {
    customCards?: { type: string; name: string; description: string; preview?: boolean }[];
  }
}

const offered = (window.customCards ??= []);
if (!offered.some((one) => one.type === "face-card")) {
  const { words } = new Speech({
    language: navigator.language,
    locale: { language: navigator.language, time_format: "language" },
    config: { time_zone: "UTC" },
  } as Hass);
  offered.push({ type: "face-card", name: words.card_name, description: words.card_description, preview: true });
}

/** Words in the user's language, with names, numbers and times in it. */
import { Refusal } from "./client";
import type { QualityInfo } from "./generated/protocol";
import type { Hass } from "./hass";
import { de } from "./words/de";
import { type Counted, type Words, en } from "./words/en";

const LANGUAGES: Readonly<Record<string, Words | undefined>> = { de, en };

/** What Home Assistant's commands throw. */
interface CommandError {
  readonly code?: string;
  readonly message?: string;
  readonly translation_key?: string;
  readonly translation_placeholders?: Readonly<Record<string, string>>;
}

const SECONDS = { minute: 60, hour: 3600, day: 86_400 };
const GOOD = 0.6;
const FAIR = 0.35;

export class Speech {
  readonly words: Words;
  private readonly language: string;

  constructor(private readonly hass: Hass) {
    const wanted = hass.language.split("-")[0] ?? "en";
    this.words = LANGUAGES[wanted] ?? en;
    this.language = LANGUAGES[wanted] === undefined ? "en" : hass.language;
  }

  fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
    return sentence.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
  }

  count(counted: Counted, n: number): string {
    const form = new Intl.PluralRules(this.language).select(n) === "one" ? counted.one : counted.other;
    return this.fill(form, { n: this.number(n) });
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(value);
  }

  similarity(value: number): string {
    return new Intl.NumberFormat(this.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
  }

  percent(value: number): string {
    // Nothing is ever wholly sure.
    const capped = Math.min(value, 0.999);
    const digits = capped > 0.99 ? 1 : 0;
    return new Intl.NumberFormat(this.language, { style: "percent", maximumFractionDigits: digits }).format(capped);
  }

  list(items: readonly string[]): string {
    return new Intl.ListFormat(this.language).format(items);
  }

  time(at: string): string {
    return this.format(at, { timeStyle: "short" });
  }

  /** "5 minutes ago", or the day and time if it is longer ago than a day. */
  ago(at: string): string {
    const seconds = (Date.parse(at) - Date.now()) / 1000;
    if (-seconds >= SECONDS.day) return this.format(at, { dateStyle: "medium", timeStyle: "short" });
    const relative = new Intl.RelativeTimeFormat(this.language, { numeric: "auto" });
    if (-seconds >= SECONDS.hour) return relative.format(Math.round(seconds / SECONDS.hour), "hour");
    return relative.format(Math.min(0, Math.round(seconds / SECONDS.minute)), "minute");
  }

  day(at: string): string {
    const day = this.format(at, { dateStyle: "full" });
    const back = (days: number): string =>
      this.format(new Date(Date.now() - days * SECONDS.day * 1000).toISOString(), { dateStyle: "full" });
    if (day === back(0)) return this.words.today;
    return day === back(1) ? this.words.yesterday : day;
  }

  private format(at: string, options: Intl.DateTimeFormatOptions): string {
    const { time_format: clock } = this.hass.locale;
    const cycle = clock === "12" ? { hour12: true } : clock === "24" ? { hour12: false } : {};
    const zone = { timeZone: this.hass.config.time_zone };
    return new Intl.DateTimeFormat(this.language, { ...options, ...cycle, ...zone }).format(new Date(at));
  }

  quality(quality: QualityInfo): string {
    const { quality_good: good, quality_fair: fair, quality_poor: poor } = this.words;
    return `${this.percent(quality.overall)} (${quality.overall >= GOOD ? good : quality.overall >= FAIR ? fair : poor})`;
  }

  reasons(quality: QualityInfo): string {
    const words: Readonly<Record<string, string | Counted | undefined>> = this.words;
    return quality.reasons
      .map(({ code, message }) => {
        const known = words[`reason_${code}`];
        return typeof known === "string" ? known : message;
      })
      .join(", ");
  }

  /** What to change for a fault, in words of its own where the code is known. */
  advice(code: string, message: string, values: Readonly<Record<string, string | number>>): string {
    const words: Readonly<Record<string, string | Counted | undefined>> = this.words;
    const known = words[`change_${code}`];
    return typeof known === "string" ? this.fill(known, values) : message;
  }

  /** Why something was refused, in words of its own where the code is known. */
  refusal(error: unknown): string {
    const words: Readonly<Record<string, string | Counted | undefined>> = this.words;
    const { code, message, translation_key: key, translation_placeholders: places } = error as CommandError;
    const person = (error instanceof Refusal ? error.details.person?.name : places?.["person"]) ?? "";
    const why = key ?? code ?? "";
    const known = words[`refused_${why === "duplicate" && person !== "" ? "somebody_elses" : why}`];
    if (typeof known !== "string") return places?.["reason"] ?? message ?? String(error);
    return this.fill(known, { person });
  }
}

export function isPoor(quality: QualityInfo): boolean {
  return quality.overall < FAIR;
}

/** The recovery kit on the screen and on paper: her secret in words and as a QR code. */
import { makeKit } from "@freehold/person/kit";
import type { RegisterInfo } from "@freehold/person/schema";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Day } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import { nowInSeconds } from "./gestures.ts";
import { Go } from "./sitting/parts.tsx";

/** `onHave` is called with the day when she says that she has it on paper. */
export function KitView({ seed, register, onHave }: { seed: Uint8Array; register: Pick<RegisterInfo, "url" | "origin">; onHave?: (day: string) => void }) {
  const [shown, setShown] = useState(false);
  const kit = useMemo(() => makeKit(seed, register, nowInSeconds()), [seed, register]);
  if (!shown)
    return (
      <p>
        <Go secondary onClick={() => setShown(true)}>
          {t("Show the recovery kit")}
        </Go>{" "}
        <span class="note">{t("Whoever sees it can do all that you can: look around first.")}</span>
      </p>
    );
  return (
    <div class="kit-box">
      <div class="kit">
        <h3>{t("Recovery kit")}</h3>
        <p>
          {t(
            "These 24 words are your whole key. With them everything of yours is found again, on any device. Keep them on paper; show them to nobody; type them only at {address}.",
            { address: kit.register.url },
          )}
        </p>
        <div class="kit-columns">
          <ol aria-label={t("Recovery words")}>
            {kit.words.map((word, i) => (
              <li key={i}>{word}</li>
            ))}
          </ol>
          <Qr text={kit.qr} label={t("The same words as a QR code")} />
        </div>
        <p class="note">
          {t("Register {origin}", { origin: kit.register.origin })}, <Day on={kit.made} />
        </p>
      </div>
      <p class="link-row">
        <Go secondary onClick={printKit}>
          {t("Print")}
        </Go>
        {onHave !== undefined && <Go onClick={() => onHave(kit.made)}>{t("I have it on paper")}</Go>}
      </p>
    </div>
  );
}

/** Nothing else of the page is printed. */
function printKit(): void {
  document.body.classList.add("print-kit");
  window.print();
  document.body.classList.remove("print-kit");
}

/** A QR code; text in capitals, digits and spaces takes less room. Dark on light in every theme: readers want it so. */
function Qr({ text, label }: { text: string; label: string }) {
  const [drawn, setDrawn] = useState<{ path: string; size: number } | null>(null);
  useEffect(() => {
    void draw(text).then(setDrawn);
  }, [text]);
  if (drawn === null) return null;
  const { path, size } = drawn;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path class="qr-ground" d={`M0 0h${size}v${size}H0z`} />
      <path d={path} />
    </svg>
  );
}

/** Loaded when a code is asked for: few are. A border of four squares is part of a code. */
async function draw(text: string): Promise<{ path: string; size: number }> {
  const { default: qrcode } = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text, /^[0-9A-Z $%*+\-./:]+$/.test(text) ? "Alphanumeric" : "Byte");
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row++)
    for (let column = 0; column < count; column++) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  return { path, size: count + 8 };
}

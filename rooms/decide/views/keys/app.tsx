/** Her key: what opens it here, its kit, her copies, and the end of it; or how to get it back. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../../../../ui/text.ts";
import { onChanged, readKept } from "../keep.ts";
import type { Kept } from "../keep.ts";
import { Working, Wrong } from "../sitting/parts.tsx";
import { wordsOf } from "../sitting/run.ts";
import { Arrive } from "./arrive.tsx";
import { MyKey } from "./my-key.tsx";

export function KeysApp() {
  const [kept, setKept] = useState<Kept | null | undefined>(undefined);
  const [wrong, setWrong] = useState<string | null>(null);
  const [notice, setNotice] = useState("");
  const load = async (words = "") => {
    try {
      setKept((await readKept()) ?? null);
      setNotice(words);
    } catch (error) {
      setWrong(wordsOf(error));
      setKept(null);
    }
  };
  useEffect(() => {
    void load();
    return onChanged(() => void load());
  }, []);
  return (
    <>
      <Wrong words={wrong} />
      <p role="status" class="notice">
        {notice}
      </p>
      {kept === undefined && <Working words={t("Opening what this browser keeps")} />}
      {kept === null && <Arrive onArrived={(words) => void load(words)} />}
      {kept != null && <MyKey kept={kept} onChanged={(words) => void load(words)} />}
    </>
  );
}

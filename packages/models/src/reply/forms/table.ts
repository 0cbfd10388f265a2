// Every form of printed call, in the order they are tried: the ones with marks of their own first. A new form is one file and one line here.
import { bareJsonForm } from "./bare-json.ts";
import { fencedForm } from "./fenced.ts";
import type { CallForm } from "./form.ts";
import { functionXmlForm } from "./function-xml.ts";
import { glmXmlForm } from "./glm-xml.ts";
import { harmonyForm, harmonyTextForm } from "./harmony.ts";
import { invokeXmlForm } from "./invoke-xml.ts";
import { kimiTextForm, namedTokenForm } from "./named-token.ts";
import { pythonicForm } from "./pythonic.ts";
import { qwenAgentForm } from "./qwen-agent.ts";
import { reactForm } from "./react.ts";
import { tagForm, tokenForm } from "./tagged.ts";
import { toolNameXmlForm } from "./tool-name-xml.ts";

export const callForms: readonly CallForm[] = [
  namedTokenForm,
  harmonyForm,
  qwenAgentForm,
  tokenForm,
  invokeXmlForm,
  functionXmlForm,
  glmXmlForm,
  tagForm,
  toolNameXmlForm,
  kimiTextForm,
  harmonyTextForm,
  reactForm,
  fencedForm,
  bareJsonForm,
  pythonicForm,
];

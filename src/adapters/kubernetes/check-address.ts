import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import { codeOf } from "./api/fault.ts";
import { addressOf, hostOf } from "./names.ts";
import type { Platform } from "./platform.ts";

export type AddressOptions = {
  platform: Platform;
  /** For a hub's public address. */
  fetch?: typeof fetch;
  /** Takes a host name; throws when it does not resolve. */
  resolveHost?: (host: string) => Promise<unknown>;
};

const visitForMs = 10_000;

/**
 * Looks at names and certificate of hubs, as for a hub that nobody has: what answers need not know it, but name and certificate must be good.
 */
export async function checkAddress({ platform, ...options }: AddressOptions): Promise<Finding[]> {
  const slug = `doctor-${randomBytes(4).toString("hex")}`;
  const hub = { id: "", slug };
  const host = hostOf(hub, platform);
  const entry = platform.place.kind === "domain" ? `*.${platform.place.domain}` : host;
  try {
    await (options.resolveHost ?? lookup)(host);
  } catch (error) {
    return [
      wrong(
        `${host} does not resolve (${codeOf(error)}).`,
        `Make a DNS entry ${entry} that leads to the ingress controller.`,
      ),
    ];
  }
  const findings = [good(`${entry} resolves.`)];
  try {
    const signal = AbortSignal.timeout(visitForMs);
    const answer = await (options.fetch ?? fetch)(addressOf(hub, platform).url, { redirect: "manual", signal });
    await answer.body?.cancel();
    findings.push(
      good(
        platform.tls.kind === "off" ? `${host} answers, over plain http.` : `${host} answers, with a good certificate.`,
      ),
    );
  } catch (error) {
    findings.push(explainVisit(codeOf(error), host, platform));
  }
  if (platform.tls.kind === "off") {
    findings.push(
      doubtful("Hubs are reached over plain http.", "Set HUB_TLS; passwords and work are readable on the way."),
    );
  }
  return findings;
}

function explainVisit(code: string, host: string, { tls, place }: Platform): Finding {
  if (!/CERT|SIGNATURE|SELF_SIGNED|ISSUER|TLS|SSL/.test(code)) {
    return wrong(
      `Nothing answers at ${host} (${code}).`,
      "Check the ingress controller, its address and the firewall.",
    );
  }
  if (tls.kind === "issuer" && place.kind === "domain") {
    return good("Each hub gets a certificate of its own when it is set up, so there is none to look at yet.");
  }
  const advice: Record<string, string> = {
    controller: "Give the ingress controller a certificate for it as its default, or set HUB_TLS to issuer:<name>.",
    secret: "Check the certificate in the Secret that HUB_TLS names, and that it reaches every hub's namespace.",
    issuer: "Check cert-manager and the ClusterIssuer that HUB_TLS names.",
  };
  return wrong(`The certificate of ${host} is not valid (${code}).`, advice[tls.kind] ?? "Check HUB_TLS.");
}

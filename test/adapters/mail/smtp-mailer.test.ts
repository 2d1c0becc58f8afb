import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, describe, test } from "node:test";
import { createSmtpMailer } from "../../../src/adapters/mail/smtp-mailer.ts";
import { Unavailable } from "../../../src/domain/errors.ts";

/** A mail server (RFC 5321) that answers RCPT with a given line and keeps what it took. */
async function startMailServer(answerToRecipient = "250 ok") {
  const taken: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let data: string | null = null;
    let rest = "";
    socket.setEncoding("utf8").write("220 mail.example.org\r\n");
    socket.on("data", (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data !== null) {
          if (line === ".") {
            taken.push(data);
            data = null;
            socket.write("250 taken\r\n");
          } else data += `${line}\n`;
          continue;
        }
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "DATA") {
          data = "";
          socket.write("354 go on\r\n");
        } else socket.write(`${verb === "RCPT" ? answerToRecipient : verb === "QUIT" ? "221 bye" : "250 ok"}\r\n`);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const mail = { subject: "Angenommen: Zählen", text: "Guten Tag,\n", html: "<p>Guten Tag</p>", language: "de" } as const;
const to = { name: "Ada", email: "ada@example.org" };
const open: { close(): void }[] = [];
const start = async (answer?: string) => {
  const server = await startMailServer(answer);
  open.push(server);
  return server;
};
after(() => {
  for (const server of open) server.close();
});

describe("sending by SMTP", () => {
  test("a mail arrives as plain text and HTML, in its language, marked as written by a machine", async () => {
    const server = await start();
    await createSmtpMailer(server.url, "JHaaS <jhaas@example.org>").send(to, mail);
    const [taken = ""] = server.taken;
    assert.match(taken, /^From: JHaaS <jhaas@example\.org>$/m);
    assert.match(taken, /^To: Ada <ada@example\.org>$/m);
    assert.match(taken, /^Auto-Submitted: auto-generated$/m);
    assert.match(taken, /^Content-Language: de$/m);
    assert.match(taken, /multipart\/alternative/);
  });

  test("when the server refuses for good, the mail is not tried again; for now, it is", async () => {
    for (const [answer, transient] of [
      ["550 no such user", false],
      ["451 try later", true],
    ] as const) {
      const server = await start(answer);
      const sending = createSmtpMailer(server.url, "jhaas@example.org").send(to, mail);
      await assert.rejects(sending, (error) => error instanceof Unavailable && error.transient === transient);
    }
  });

  test("when the server is away, neither user nor password of the setting are in the error", async () => {
    const server = await start();
    server.close();
    const url = server.url.replace("//", "//user:geheim@");
    await assert.rejects(createSmtpMailer(url, "jhaas@example.org").send(to, mail), (error) => {
      assert.ok(error instanceof Unavailable && error.transient);
      assert.doesNotMatch(error.sentence, /geheim|user/);
      return true;
    });
  });
});

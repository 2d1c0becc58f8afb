import type { MailWords } from "./mail-words.ts";

/** Mails in English. */
export const english: MailWords = {
  greeting: (name) => `Hello ${name},`,
  reason: "Reason given:",
  links: {
    hub: "Open the hub's page",
    decision: "Read the request",
    participation: "Your hubs",
    change: "Ask for more time",
  },
  help: (email) => `Questions? Write to ${email}.`,
  farewell: "This mail was sent by",
  of: {
    "request-filed": ({ name, start, end }) => ({
      subject: `New request: ${name}`,
      body: `A teacher requests the JupyterHub "${name}" from ${start} to ${end}. Please accept or decline the request.`,
      link: "decision",
    }),
    "request-edited": ({ name }) => ({
      subject: `Answered: ${name}`,
      body: `The teacher has answered your question about the request for the JupyterHub "${name}". Please look at it again and decide.`,
      said: "The teacher writes:",
      link: "decision",
    }),
    "request-sent-back": ({ name }) => ({
      subject: `A question about your request: ${name}`,
      body: `Before governance decides about your request for the JupyterHub "${name}", it has a question. Please answer it by editing the request on the hub's page.`,
      said: "The question:",
      link: "hub",
    }),
    "request-accepted": ({ name, start }) => ({
      subject: `Accepted: ${name}`,
      body: `Governance has accepted your request for the JupyterHub "${name}". It will be set up for ${start}. You can send the invitation link on the hub's page to your participants now.`,
      link: "hub",
    }),
    "request-declined": ({ name }) => ({
      subject: `Declined: ${name}`,
      body: `Governance has declined your request for the JupyterHub "${name}". You can request it again, with other settings, from the hub's page.`,
      link: "hub",
    }),
    "change-requested": ({ name }) => ({
      subject: `Change requested: ${name}`,
      body: `A teacher asks for changes to the JupyterHub "${name}". Please accept or decline them.`,
      said: "The teacher writes:",
      link: "decision",
    }),
    "change-edited": ({ name }) => ({
      subject: `Answered: change to ${name}`,
      body: `The teacher has answered your question about the change to the JupyterHub "${name}". Please look at it again and decide.`,
      said: "The teacher writes:",
      link: "decision",
    }),
    "change-sent-back": ({ name }) => ({
      subject: `A question about your change: ${name}`,
      body: `Before governance decides about your change to the JupyterHub "${name}", it has a question. Please answer it by editing the change on the hub's page.`,
      said: "The question:",
      link: "hub",
    }),
    "change-accepted": ({ name }) => ({
      subject: `Change accepted: ${name}`,
      body: `Governance has accepted your change to the JupyterHub "${name}". The hub's page shows what holds now.`,
      link: "hub",
    }),
    "change-declined": ({ name }) => ({
      subject: `Change declined: ${name}`,
      body: `Governance has declined your change to the JupyterHub "${name}". The hub stays as it is.`,
      link: "hub",
    }),
    "change-lapsed": ({ name }) => ({
      subject: `Change not decided in time: ${name}`,
      body: `Governance had not decided about your change to the JupyterHub "${name}" when it became too late for it. The hub stays as it was before; its page shows what is possible now.`,
      link: "hub",
    }),
    "hub-cancelled": ({ name }) => ({
      subject: `Cancelled: ${name}`,
      body: `The JupyterHub "${name}" was cancelled before its deployment began and will not take place. People who had asked for access are told. To ask for it again, choose Request again on its page.`,
      link: "hub",
    }),
    "participation-cancelled": ({ name }) => ({
      subject: `Cancelled: ${name}`,
      body: `The JupyterHub "${name}", to which you had asked for access, was cancelled and will not take place. You need not do anything.`,
      link: "participation",
    }),
    "hub-deployed": ({ name, end }) => ({
      subject: `Your JupyterHub is open: ${name}`,
      body: `The JupyterHub "${name}" is set up. Accepted participants can use it until ${end}.`,
      link: "hub",
    }),
    "hub-failed": ({ name }) => ({
      subject: `Trouble with ${name}`,
      body: `The JupyterHub "${name}" could not be set up or taken down as planned. The portal keeps trying; the hub's page shows what happened.`,
      link: "hub",
    }),
    "hub-degradation-marked": ({ name }) => ({
      subject: `Marked for degradation: ${name}`,
      body: `The JupyterHub "${name}" was marked for degradation and is being taken down before its end date.`,
      link: "hub",
    }),
    "hub-redeployed": ({ name }) => ({
      subject: `Redeployed: ${name}`,
      body: `The JupyterHub "${name}" was set up anew, as governance asked, and is open. Home folders and participants are as before.`,
      link: "hub",
    }),
    "hub-ends-soon": ({ name, end, updates }) => ({
      subject: `Ends on ${end}: ${name}`,
      body: `${end} is the last day of the JupyterHub "${name}"; it is taken down on the day after. Remind your participants to download the files that they want to keep. ${updates ? "If you need the hub for longer, ask governance for more time before it ends." : "If you need a hub for longer, request one again in time."}`,
      link: updates ? "change" : "hub",
    }),
    "hub-removed": ({ name, erased }) => ({
      subject: `Taken down: ${name}`,
      body: `The JupyterHub "${name}" was taken down. ${erased === null ? "Home folders were erased with it." : `Home folders are kept until ${erased} and erased then.`}`,
      link: "hub",
    }),
    "new-applications": ({ name, waiting }) => ({
      subject: `New applications: ${name}`,
      body: `${waiting === 1 ? "1 person is" : `${waiting} people are`} waiting for access to the JupyterHub "${name}". Please accept or reject them. You get this mail at most once a day for each hub.`,
      link: "hub",
    }),
    "participation-accepted": ({ name, start, end }) => ({
      subject: `You have access: ${name}`,
      body: `Your application for the JupyterHub "${name}" was accepted. You can open it from ${start} to ${end}.`,
      link: "participation",
    }),
    "participation-rejected": ({ name }) => ({
      subject: `Not accepted: ${name}`,
      body: `Your application for the JupyterHub "${name}" was rejected.`,
      link: "participation",
    }),
    "participation-removed": ({ name }) => ({
      subject: `Access ended: ${name}`,
      body: `Your access to the JupyterHub "${name}" was ended by the teacher.`,
      link: "participation",
    }),
    "hub-open": ({ name, end }) => ({
      subject: `Now open: ${name}`,
      body: `The JupyterHub "${name}" is open. You can use it until ${end}.`,
      link: "participation",
    }),
    "participation-ends-soon": ({ name, end }) => ({
      subject: `Ends on ${end}: ${name}`,
      body: `${end} is the last day on which you can open the JupyterHub "${name}". Download the files that you want to keep until then.`,
      link: "participation",
    }),
    "hub-over": ({ name, erased }) => ({
      subject: `Over: ${name}`,
      body: `The JupyterHub "${name}" is over and can no longer be opened. ${erased === null ? "Your files on it are erased." : `Your files on it are erased on ${erased}; if you need some of them, ask your teacher before then.`}`,
      link: "participation",
    }),
    "staff-co-teacher": ({ name }) => ({
      subject: `You are now co-teacher: ${name}`,
      body: `You are now co-teacher of the JupyterHub "${name}". You may do what its teacher may: look after participants and the invitation link, ask for changes, and end the hub.`,
      link: "hub",
    }),
    "staff-tutor": ({ name }) => ({
      subject: `You are now tutor: ${name}`,
      body: `You are now tutor of the JupyterHub "${name}". You look after its participants and their servers.`,
      link: "hub",
    }),
    "staff-removed": ({ name }) => ({
      subject: `No longer on the staff: ${name}`,
      body: `You are no longer co-teacher or tutor of the JupyterHub "${name}". If you also take part in it, you still have access.`,
      link: "participation",
    }),
    "hub-handed-over": ({ name, end }) => ({
      subject: `The hub is yours now: ${name}`,
      body: `The JupyterHub "${name}" was handed over to you. You are its teacher now, until it ends on ${end}.`,
      link: "hub",
    }),
    "hub-handed-on": ({ name }) => ({
      subject: `Handed over: ${name}`,
      body: `Governance has handed the JupyterHub "${name}" over to another teacher, who decides about it from now on.`,
      link: "participation",
    }),
  },
};

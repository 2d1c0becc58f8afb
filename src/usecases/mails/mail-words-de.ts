import type { MailWords } from "./mail-words.ts";

/** Mails in German. */
export const german: MailWords = {
  greeting: (name) => `Guten Tag ${name},`,
  reason: "Begründung:",
  links: {
    hub: "Zur Seite des Hubs",
    decision: "Antrag lesen",
    participation: "Ihre Hubs",
    change: "Um mehr Zeit bitten",
  },
  help: (email) => `Fragen? Schreiben Sie an ${email}.`,
  farewell: "Diese E-Mail kommt von",
  of: {
    "request-filed": ({ name, start, end }) => ({
      subject: `Neuer Antrag: ${name}`,
      body: `Eine Lehrperson beantragt den JupyterHub „${name}“ vom ${start} bis ${end}. Bitte nehmen Sie den Antrag an oder lehnen Sie ihn ab.`,
      link: "decision",
    }),
    "request-edited": ({ name }) => ({
      subject: `Rückfrage beantwortet: ${name}`,
      body: `Die Lehrperson hat Ihre Rückfrage zum Antrag auf den JupyterHub „${name}“ beantwortet. Bitte sehen Sie sich den Antrag noch einmal an und entscheiden Sie.`,
      said: "Die Lehrperson schreibt:",
      link: "decision",
    }),
    "request-sent-back": ({ name }) => ({
      subject: `Rückfrage zu Ihrem Antrag: ${name}`,
      body: `Vor der Entscheidung über Ihren Antrag auf den JupyterHub „${name}“ gibt es noch eine Rückfrage. Bitte beantworten Sie sie, indem Sie den Antrag auf der Seite des Hubs bearbeiten.`,
      said: "Die Rückfrage:",
      link: "hub",
    }),
    "request-accepted": ({ name, start }) => ({
      subject: `Angenommen: ${name}`,
      body: `Ihr Antrag auf den JupyterHub „${name}“ wurde angenommen. Der Hub wird zum ${start} eingerichtet. Den Einladungslink auf der Seite des Hubs können Sie Ihren Teilnehmenden schon jetzt schicken.`,
      link: "hub",
    }),
    "request-declined": ({ name }) => ({
      subject: `Abgelehnt: ${name}`,
      body: `Ihr Antrag auf den JupyterHub „${name}“ wurde abgelehnt. Auf der Seite des Hubs können Sie ihn mit anderen Angaben noch einmal stellen.`,
      link: "hub",
    }),
    "change-requested": ({ name }) => ({
      subject: `Änderungsantrag: ${name}`,
      body: `Eine Lehrperson bittet um Änderungen am JupyterHub „${name}“. Bitte nehmen Sie sie an oder lehnen Sie sie ab.`,
      said: "Die Lehrperson schreibt:",
      link: "decision",
    }),
    "change-edited": ({ name }) => ({
      subject: `Rückfrage zur Änderung beantwortet: ${name}`,
      body: `Die Lehrperson hat Ihre Rückfrage zur Änderung am JupyterHub „${name}“ beantwortet. Bitte sehen Sie sich die Änderung noch einmal an und entscheiden Sie.`,
      said: "Die Lehrperson schreibt:",
      link: "decision",
    }),
    "change-sent-back": ({ name }) => ({
      subject: `Rückfrage zu Ihrer Änderung: ${name}`,
      body: `Vor der Entscheidung über Ihre Änderung am JupyterHub „${name}“ gibt es noch eine Rückfrage. Bitte beantworten Sie sie, indem Sie die Änderung auf der Seite des Hubs bearbeiten.`,
      said: "Die Rückfrage:",
      link: "hub",
    }),
    "change-accepted": ({ name }) => ({
      subject: `Änderung angenommen: ${name}`,
      body: `Ihre Änderung am JupyterHub „${name}“ wurde angenommen. Was jetzt gilt, sehen Sie auf der Seite des Hubs.`,
      link: "hub",
    }),
    "change-declined": ({ name }) => ({
      subject: `Änderung abgelehnt: ${name}`,
      body: `Ihre Änderung am JupyterHub „${name}“ wurde abgelehnt. Der Hub bleibt, wie er ist.`,
      link: "hub",
    }),
    "change-lapsed": ({ name }) => ({
      subject: `Änderung nicht rechtzeitig entschieden: ${name}`,
      body: `Über Ihre Änderung am JupyterHub „${name}“ war noch nicht entschieden, als es dafür zu spät wurde. Der Hub bleibt, wie er war; was jetzt möglich ist, sehen Sie auf seiner Seite.`,
      link: "hub",
    }),
    "hub-cancelled": ({ name }) => ({
      subject: `Abgesagt: ${name}`,
      body: `Der JupyterHub „${name}“ wurde vor der Einrichtung abgesagt und findet nicht statt. Wer um Zugang gebeten hatte, erfährt es. Einen neuen Antrag mit denselben Angaben beginnen Sie auf der Seite des Hubs mit „Request again“.`,
      link: "hub",
    }),
    "participation-cancelled": ({ name }) => ({
      subject: `Abgesagt: ${name}`,
      body: `Der JupyterHub „${name}“, für den Sie um Zugang gebeten hatten, wurde abgesagt und findet nicht statt. Sie müssen nichts tun.`,
      link: "participation",
    }),
    "hub-deployed": ({ name, end }) => ({
      subject: `Ihr JupyterHub ist offen: ${name}`,
      body: `Der JupyterHub „${name}“ ist eingerichtet. Zugelassene Personen können ihn bis zum ${end} benutzen.`,
      link: "hub",
    }),
    "hub-failed": ({ name }) => ({
      subject: `Störung bei ${name}`,
      body: `Der JupyterHub „${name}“ konnte nicht wie geplant eingerichtet oder abgebaut werden. Das Portal versucht es weiter; die Seite des Hubs zeigt, was geschehen ist.`,
      link: "hub",
    }),
    "hub-degradation-marked": ({ name }) => ({
      subject: `Zum Abbau vorgemerkt: ${name}`,
      body: `Der JupyterHub „${name}“ wurde zum Abbau vorgemerkt und wird vor seinem Enddatum abgebaut.`,
      link: "hub",
    }),
    "hub-redeployed": ({ name }) => ({
      subject: `Neu eingerichtet: ${name}`,
      body: `Der JupyterHub „${name}“ wurde wie verlangt neu eingerichtet und ist offen. Persönliche Ordner und Teilnehmende sind geblieben.`,
      link: "hub",
    }),
    "hub-ends-soon": ({ name, end, updates }) => ({
      subject: `Endet am ${end}: ${name}`,
      body: `Der ${end} ist der letzte Tag des JupyterHubs „${name}“; am Tag danach wird er abgebaut. Bitte erinnern Sie Ihre Teilnehmenden daran, die Dateien herunterzuladen, die sie behalten möchten. ${updates ? "Wenn Sie den Hub länger brauchen, bitten Sie vor dem Ende um mehr Zeit." : "Wenn Sie länger einen Hub brauchen, stellen Sie rechtzeitig einen neuen Antrag."}`,
      link: updates ? "change" : "hub",
    }),
    "hub-removed": ({ name, erased }) => ({
      subject: `Abgebaut: ${name}`,
      body: `Der JupyterHub „${name}“ wurde abgebaut. ${erased === null ? "Die persönlichen Ordner wurden dabei gelöscht." : `Persönliche Ordner werden bis zum ${erased} aufbewahrt und dann gelöscht.`}`,
      link: "hub",
    }),
    "new-applications": ({ name, waiting }) => ({
      subject: `Neue Bewerbungen: ${name}`,
      body: `${waiting === 1 ? "1 Person wartet" : `${waiting} Personen warten`} auf Zugang zum JupyterHub „${name}“. Bitte nehmen Sie die Anfragen an oder lehnen Sie sie ab. Diese E-Mail kommt je Hub höchstens einmal am Tag.`,
      link: "hub",
    }),
    "participation-accepted": ({ name, start, end }) => ({
      subject: `Sie haben Zugang: ${name}`,
      body: `Ihre Anfrage für den JupyterHub „${name}“ wurde angenommen. Sie können ihn vom ${start} bis zum ${end} öffnen.`,
      link: "participation",
    }),
    "participation-rejected": ({ name }) => ({
      subject: `Nicht angenommen: ${name}`,
      body: `Ihre Anfrage für den JupyterHub „${name}“ wurde abgelehnt.`,
      link: "participation",
    }),
    "participation-removed": ({ name }) => ({
      subject: `Zugang beendet: ${name}`,
      body: `Ihr Zugang zum JupyterHub „${name}“ wurde von der Lehrperson beendet.`,
      link: "participation",
    }),
    "hub-open": ({ name, end }) => ({
      subject: `Jetzt offen: ${name}`,
      body: `Der JupyterHub „${name}“ ist offen. Sie können ihn bis zum ${end} benutzen.`,
      link: "participation",
    }),
    "participation-ends-soon": ({ name, end }) => ({
      subject: `Endet am ${end}: ${name}`,
      body: `Den JupyterHub „${name}“ können Sie letztmals am ${end} öffnen. Bitte laden Sie bis dahin die Dateien herunter, die Sie behalten möchten.`,
      link: "participation",
    }),
    "hub-over": ({ name, erased }) => ({
      subject: `Beendet: ${name}`,
      body: `Der JupyterHub „${name}“ ist beendet und kann nicht mehr geöffnet werden. ${erased === null ? "Ihre Dateien darauf werden gelöscht." : `Ihre Dateien darauf werden am ${erased} gelöscht; wenn Sie welche davon brauchen, fragen Sie vorher Ihre Lehrperson.`}`,
      link: "participation",
    }),
    "staff-co-teacher": ({ name }) => ({
      subject: `Sie leiten jetzt mit: ${name}`,
      body: `Sie leiten jetzt den JupyterHub „${name}“ mit. Sie dürfen alles, was die Lehrperson darf: sich um Teilnehmende und den Einladungslink kümmern, Änderungen beantragen und den Hub beenden.`,
      link: "hub",
    }),
    "staff-tutor": ({ name }) => ({
      subject: `Sie betreuen jetzt: ${name}`,
      body: `Sie betreuen jetzt als Tutorin oder Tutor den JupyterHub „${name}“. Sie kümmern sich um die Teilnehmenden und ihre Server.`,
      link: "hub",
    }),
    "staff-removed": ({ name }) => ({
      subject: `Nicht mehr im Team: ${name}`,
      body: `Sie leiten oder betreuen den JupyterHub „${name}“ nicht mehr. Wenn Sie auch daran teilnehmen, behalten Sie Ihren Zugang.`,
      link: "participation",
    }),
    "hub-handed-over": ({ name, end }) => ({
      subject: `Der Hub gehört jetzt Ihnen: ${name}`,
      body: `Der JupyterHub „${name}“ wurde Ihnen übergeben. Sie sind jetzt seine Lehrperson, bis er am ${end} endet.`,
      link: "hub",
    }),
    "hub-handed-on": ({ name }) => ({
      subject: `Übergeben: ${name}`,
      body: `Die Governance hat den JupyterHub „${name}“ einer anderen Lehrperson übergeben, die von jetzt an darüber entscheidet.`,
      link: "participation",
    }),
  },
};

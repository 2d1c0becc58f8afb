import type { Web } from "../page.ts";
import { addAccount } from "./account.ts";
import { addAdministration } from "./administration.ts";
import { addAdmission } from "./admission.ts";
import { addAudit } from "./audit.ts";
import { addChangeDecision } from "./change-decision.ts";
import { addChangeRequest } from "./change-request.ts";
import { addDecision } from "./decision.ts";
import { addEditRequest } from "./edit-request.ts";
import { addHandOver } from "./hand-over.ts";
import { addHelp } from "./help.ts";
import { addHome } from "./home.ts";
import { addHub } from "./hub.ts";
import { addHubActs } from "./hub-acts.ts";
import { addHubRequest } from "./hub-request.ts";
import { addHubSearch } from "./hub-search.ts";
import { addInvitation } from "./invitation.ts";
import { addLeadership } from "./leadership.ts";
import { addMails } from "./mails.ts";
import { addParticipantActs } from "./participant-acts.ts";
import { addParticipants } from "./participants.ts";
import { addParticipation } from "./participation.ts";
import { addServers } from "./servers.ts";
import { addSetup } from "./setup.ts";
import { addStaffPages } from "./staff.ts";
import { addTerms } from "./terms.ts";
import { addTermsManagement } from "./terms-management.ts";
import { addUsers } from "./users.ts";

/**
 * All pages. Paths with fixed words come before those with an id in the same place.
 * @param authentikUrl where people look after their account in Authentik
 */
export function addPages(web: Web, authentikUrl: string): void {
  addHome(web);
  addHelp(web);
  addAccount(web, authentikUrl);
  addTerms(web);
  addParticipation(web);
  addInvitation(web);
  addLeadership(web);
  addHubRequest(web);
  addHub(web);
  addHubActs(web);
  addEditRequest(web);
  addChangeRequest(web);
  addParticipants(web);
  addServers(web);
  addParticipantActs(web);
  addAdmission(web);
  addStaffPages(web);
  addHandOver(web);
  addAdministration(web);
  addHubSearch(web);
  addAudit(web);
  addUsers(web);
  addMails(web);
  addSetup(web);
  addDecision(web);
  addTermsManagement(web);
  addChangeDecision(web);
}

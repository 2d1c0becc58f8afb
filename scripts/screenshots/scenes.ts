import type { Page } from "playwright-core";
import { fillRequest } from "../../test/support/portal-pages.ts";
import { deployedHub, type Stage } from "./stage.ts";

/** One picture: who sees which page, and what they do there before it is taken. */
export type Scene = {
  /** Name of the file in docs/, without its ending. */
  name: string;
  /** A username of the try-out, or `nobody`. */
  who: string;
  /** The page's address. */
  at(stage: Stage): string;
  prepare?(page: Page, stage: Stage): Promise<void>;
  /** Height of the picture in CSS pixels; left out, the whole page. */
  height?: number;
  /** Preset 1100 CSS pixels. */
  width?: number;
  /** Preset light. */
  colours?: "light" | "dark";
};

const hubPage = (stage: Stage) => stage.hubPages.get(deployedHub) ?? "";

/** The pictures of the documentation. A new one is a new entry. */
export const scenes: readonly Scene[] = [
  { name: "hub-page", who: "teacher", at: hubPage, height: 860 },
  { name: "hub-page-dark", who: "teacher", at: hubPage, height: 860, colours: "dark" },
  { name: "welcome", who: "nobody", at: ({ url }) => `${url}/`, height: 560 },
  { name: "leadership", who: "teacher", at: ({ url }) => `${url}/leadership` },
  {
    name: "request-form",
    who: "teacher",
    at: ({ url }) => `${url}/hubs/new`,
    height: 900,
    async prepare(page) {
      await fillRequest(page, { name: "Machine Learning, winter 2027", description: "Weekly exercises." });
    },
  },
  {
    name: "request-form-faulty",
    who: "teacher",
    at: ({ url }) => `${url}/hubs/new`,
    height: 700,
    async prepare(page) {
      await fillRequest(page, { name: "ML", slug: "api", notebookType: "Custom", participants: 9999 });
      await page.getByRole("button", { name: "Continue" }).click();
    },
  },
  {
    name: "request-review",
    who: "teacher",
    at: ({ url }) => `${url}/hubs/new`,
    async prepare(page) {
      await fillRequest(page, { name: "Machine Learning, winter 2027", description: "Weekly exercises." });
      await page.getByRole("button", { name: "Continue" }).click();
    },
  },
  { name: "administration", who: "governance", at: ({ url }) => `${url}/administration` },
  { name: "open-requests", who: "governance", at: ({ url }) => `${url}/administration/requests` },
  {
    name: "decision",
    who: "governance",
    height: 1400,
    at: ({ url }) => `${url}/administration/requests`,
    async prepare(page) {
      await page.getByRole("link", { name: "Geodata with R" }).click();
    },
  },
  { name: "invitation", who: "student3", at: (stage) => stage.invitations.get(deployedHub) ?? "", height: 620 },
  { name: "participation", who: "student", at: ({ url }) => `${url}/participation`, height: 560 },
  { name: "hub-pending", who: "teacher", at: (stage) => stage.hubPages.get("Open day for schools") ?? "" },
  { name: "hub-declined", who: "teacher2", at: (stage) => stage.hubPages.get("Thesis of a doctoral student") ?? "" },
  { name: "hub-search", who: "governance", at: ({ url }) => `${url}/administration/hubs` },
  {
    name: "confirmation",
    who: "teacher",
    at: hubPage,
    height: 560,
    async prepare(page) {
      await page.getByRole("link", { name: "Remove Jonas Weber" }).click();
    },
  },
  { name: "sign-in", who: "nobody", at: ({ url }) => `${url}/sign-in` },
  { name: "not-found", who: "teacher", at: ({ url }) => `${url}/nowhere`, height: 500 },
  { name: "participants", who: "teacher", at: (stage) => `${hubPage(stage)}/participants` },
  { name: "servers", who: "teacher", at: (stage) => `${hubPage(stage)}/servers` },
  { name: "staff", who: "teacher", at: (stage) => `${hubPage(stage)}/staff` },
  { name: "admission", who: "teacher", at: (stage) => `${hubPage(stage)}/admission` },
  { name: "setup", who: "governance", at: ({ url }) => `${url}/administration/check` },
  { name: "terms-management", who: "governance", at: ({ url }) => `${url}/administration/terms` },
  { name: "account", who: "student", at: ({ url }) => `${url}/account` },
  { name: "help", who: "teacher", at: ({ url }) => `${url}/help` },
];

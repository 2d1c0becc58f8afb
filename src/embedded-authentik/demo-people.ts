/** One account of the try-out. */
export type DemoPerson = {
  username: string;
  name: string;
  email: string;
  /** Names of groups; ones that do not exist are made. */
  groups: readonly string[];
};

/** Everyone's password when trying out. */
export const demoPassword = "demo";

/**
 * The people of the try-out.
 * @param groups names of the groups that make teachers and governance
 */
export function demoPeople(groups: { teachers: string; governance: string }): DemoPerson[] {
  return [
    person("teacher", "Johanna Lindqvist", "johanna.lindqvist", [groups.teachers]),
    person("teacher2", "Mehmet Aydın", "mehmet.aydin", [groups.teachers]),
    person("governance", "Claudia Reuter", "claudia.reuter", [groups.governance]),
    person("student", "Jonas Weber", "jonas.weber", []),
    person("student2", "Aylin Kaya", "aylin.kaya", []),
    person("student3", "Piotr Zieliński", "piotr.zielinski", []),
  ];
}

const person = (username: string, name: string, mailbox: string, groups: readonly string[]): DemoPerson => ({
  username,
  name,
  email: `${mailbox}@example.org`,
  groups,
});

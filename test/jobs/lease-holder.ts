import { connect } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import { holdLease } from "../../src/jobs/hold-lease.ts";

/** Takes the lease on the database file that it is given, says whether it has it, and waits to be killed. */
const knex = connect(process.argv[2] ?? "");
const { leases } = createStore(knex, createSealer("a-secret-key-of-32-characters-or-more"));
process.send?.(await holdLease(leases, "work", { now: () => new Date() }).held());

// Old syntax on purpose: this file must run, and speak plainly, on any Node.
var parts = process.versions.node.split(".").map(Number);
var good = parts[0] > 22 || (parts[0] === 22 && parts[1] >= 19);
if (!good) {
  process.stderr.write(
    "This portal needs Node 22.19 or later, and this is Node " +
      process.versions.node +
      ". Run `npm install` without --omit=dev (it brings Node 24 for the npm scripts), or install a newer Node.\n",
  );
  process.exit(1);
}

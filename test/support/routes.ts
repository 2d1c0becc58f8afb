import type { Express } from "express";

type Layer = {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: unknown };
};

/**
 * Every route that is registered in an app, as `GET /path`, in the order of registration. Read from the router's own
 * list, which Express 5 keeps in `app.router.stack`.
 * @throws when a router is mounted inside, since the path it is mounted at cannot be read back
 */
export function routesOf(app: Express): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  return stack.flatMap(({ route, handle }) => {
    if (Array.isArray(handle.stack))
      throw new Error("A router is mounted with app.use: register its routes on the app.");
    if (route === undefined) return [];
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`);
  });
}

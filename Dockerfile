# The portal as one container. Build: docker build -t jhaas-portal .
FROM node:24-slim AS packages
WORKDIR /app
# sqlite3 has ready builds for common platforms; elsewhere it is compiled with these.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY scripts scripts
COPY migrations migrations
COPY public public
COPY docs docs
COPY views views
COPY src src
RUN mkdir data .compiled && chown node:node data .compiled
USER node
# Types are stripped here, once, and not at each start; Node keeps what it makes for each user by itself.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node -e "Promise.all([import('./src/compose.ts'), import('./src/adapters/kubernetes/kubernetes-backend.ts'), import('./src/adapters/mail/smtp-mailer.ts')])"
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so that it gets SIGTERM and stops cleanly. With the flags of `npm start`, which keep memory
# small: collect early, rather than when the machine's memory calls for it.
CMD ["node", "--import=./scripts/keep-compiled.mjs", "--max-old-space-size=512", "--initial-old-space-size=48", "--max-semi-space-size=4", "src/main.ts"]

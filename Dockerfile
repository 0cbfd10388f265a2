FROM node:20-bookworm-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ git && rm -rf /var/lib/apt/lists/*
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev \
    && rm -rf node_modules/onnxruntime-web node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM node:20-bookworm-slim
# Who the server runs as: the owner of the repositories that it is to write to.
ARG OUTPOST_UID=1000
RUN apt-get update && apt-get install -y --no-install-recommends git bubblewrap util-linux python3 python3-pytest cmake make g++ libgtest-dev \
    && rm -rf /var/lib/apt/lists/* \
    && { getent passwd "$OUTPOST_UID" >/dev/null || useradd --uid "$OUTPOST_UID" --home-dir /var/lib/outpost outpost; } \
    && install -d -o "$OUTPOST_UID" -g "$OUTPOST_UID" /var/lib/outpost
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/package.json ./
RUN ln -s /app/dist/outpost.js /usr/local/bin/outpost && chmod +x dist/outpost.js
USER ${OUTPOST_UID}:${OUTPOST_UID}
# As `outpost serve` starts the server.
ENV HOME=/var/lib/outpost OUTPOST_DATA_DIRECTORY=/var/lib/outpost MALLOC_TRIM_THRESHOLD_=131072
EXPOSE 7717
CMD ["node", "--max-semi-space-size=2", "dist/server.js"]

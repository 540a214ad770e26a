# No embedded database inside: it is GPL-2.0-only and meant for trying Foothold out. Set MONGODB_URI.

FROM node:22.19.0-bookworm-slim AS explorer
WORKDIR /build/explorer
COPY explorer/package.json explorer/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY explorer/ ./
COPY graphql/operations/ ../graphql/operations/
RUN npm run build


FROM node:22.19.0-bookworm-slim AS client
WORKDIR /build/client
COPY client/package.json client/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY client/ ./
RUN npm run build


FROM python:3.12.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/app \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /build
COPY pyproject.toml uv.lock ./
COPY deploy/uv_requirement.py deploy/
RUN python deploy/uv_requirement.py uv.lock > uv.txt && pip install --no-cache-dir --require-hashes -r uv.txt
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE hatch_build.py ./
COPY db/ db/
COPY services/ services/
COPY schema/ schema/
COPY resolvers/ resolvers/
COPY --from=explorer /build/resolvers/static/ resolvers/static/
COPY --from=client /build/resolvers/static/ resolvers/static/
# What `foothold --version` prints: docker build --build-arg FOOTHOLD_COMMIT=$(git rev-parse --short=12 HEAD)
ARG FOOTHOLD_COMMIT=
RUN uv sync --frozen --no-dev --no-editable


FROM python:3.12.11-slim-bookworm
RUN useradd --uid 10001 --create-home foothold \
    && install --directory --owner foothold --mode 0700 /data
COPY --from=build /app /app
COPY deploy/healthcheck.py /usr/local/lib/foothold/
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FOOTHOLD_DATA=/data \
    FOOTHOLD_HEARTBEAT=/tmp/foothold-alive \
    FOOTHOLD_HOST=0.0.0.0 \
    FOOTHOLD_PORT=8000
USER 10001
WORKDIR /home/foothold
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "/usr/local/lib/foothold/healthcheck.py"]
ENTRYPOINT ["foothold"]
CMD ["serve"]

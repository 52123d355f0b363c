# Pin the base by digest where images are built for production: FROM python:3.11-slim@sha256:…
FROM python:3.11-slim AS build
WORKDIR /source
COPY requirements/ requirements/
# Everything that runs is checked against the hashes of the lock.
RUN python3 -m venv /opt/issuer \
 && /opt/issuer/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.txt \
 && python3 -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src/ src/
COPY migrations/ migrations/
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/issuer/bin/pip install --no-cache-dir --no-deps /wheels/*.whl \
 && /opt/issuer/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Open Badge issuer" \
      org.opencontainers.image.description="Issues Open Badges 3.0 that anyone can check" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN mkdir -m 700 /data /keys \
 && chown 10001:10001 /data /keys
COPY --from=build /opt/issuer /opt/issuer
ENV PATH=/opt/issuer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ISSUER_DATABASE_URL=sqlite:////data/issuer.db \
    ISSUER_KEYS_DIR=/keys
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/keys"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["issuer"]
CMD ["serve", "--host", "0.0.0.0"]

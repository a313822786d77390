# Jalon as an image: one static binary, run by an unprivileged user, on a root file system that may be read-only.
#
#   docker build --build-arg VERSION="$(git describe --tags --always)" --tag jalon .
#   docker run --rm --read-only --tmpfs /tmp --volume jalon-data:/data --publish 127.0.0.1:8080:8080 jalon

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/jalon ./cmd/jalon \
 && mkdir -p /out/data

# From scratch rather than a distroless image: time zones are in the binary and certificates are copied below, so
# a base would only add a second registry to trust and files to keep patched.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/jalon /jalon
# A new named volume takes its owner from this folder.
COPY --from=build --chown=65532:65532 /out/data /data
ENV JALON_DATA_DIR=/data \
    JALON_DATABASE_URL=sqlite:/data/jalon.db \
    JALON_LISTEN=0.0.0.0:8080 \
    TMPDIR=/tmp
USER 65532:65532
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["/jalon", "healthcheck"]
ENTRYPOINT ["/jalon"]
CMD ["serve"]

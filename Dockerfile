# docker build -t validator .                  the program alone, for `docker run -v "$PWD:/docs" validator`
# docker build -t validator --target ci .      with a shell and git, for jobs of CI

FROM rust:1.95-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist

FROM alpine:3 AS ci
RUN apk add --no-cache git
COPY --from=build /source/target/dist/validator /usr/local/bin/validator
USER 1000
WORKDIR /docs
ENTRYPOINT ["validator"]

FROM scratch
COPY --from=build /source/target/dist/validator /validator
USER 1000
WORKDIR /docs
ENTRYPOINT ["/validator"]

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
      bindings = [
        (name = "KEYWARD_URL", fromEnvironment = "KEYWARD_URL"),
        (name = "KEYWARD_TOKEN", fromEnvironment = "KEYWARD_TOKEN"),
        (name = "READER", fromEnvironment = "READER"),
      ],
    )),
    (name = "internet", network = (allow = ["127.0.0.1/32"])),
  ],
);

"""A broker as a process of its own, on a free port and a fresh directory."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
CONNECT = bytes.fromhex("101000044d5154540402003c000462656e63")  # MQTT 3.1.1, client "benc"
DISCONNECT = b"\xe0\0"


class Failed(Exception):
    """A broker or the load generator did not do what was asked."""


class Recipe:
    """How a broker is started: {port}, {dir}, {cert} and {key} in command and files are filled in."""

    def __init__(self, name, command, files=None, env=None, jvm=False, level=""):
        self.name, self.command, self.files = name, command, files or {}
        self.env, self.jvm, self.level = env or {}, jvm, level

    @staticmethod
    def read(path):
        """The recipes of a JSON file: {"brokers": [{"name", "command", "files", "env", "jvm", "level"}]}."""
        with open(path) as file:
            brokers = json.load(file)["brokers"]
        keys = ("name", "command", "files", "env", "jvm", "level")
        return [Recipe(**{key: b[key] for key in keys if key in b}) for b in brokers]


class Certificate:
    """A certificate and its key for 127.0.0.1, in a directory of its own; whimbrel makes it."""

    def __init__(self, whimbrel):
        self.directory = tempfile.mkdtemp(prefix="whimbrel-bench-tls-")
        os.chmod(self.directory, 0o755)
        subprocess.run([whimbrel, "tls", "self-signed"], cwd=self.directory, check=True, stdout=subprocess.DEVNULL)
        self.cert = os.path.join(self.directory, "tls", "server.pem")
        self.key = os.path.join(self.directory, "tls", "server.key")
        os.chmod(os.path.dirname(self.key), 0o755)
        os.chmod(self.key, 0o644)  # some brokers leave root before they read it

    def forget(self):
        shutil.rmtree(self.directory, ignore_errors=True)


class Broker:
    """Started by its recipe; again on the same directory and port with restarted()."""

    alive = []
    certificate = None  # where TLS is spoken
    ports = iter(range(21001, 32000))

    def __init__(self, recipe, directory=None, port=None):
        self.recipe, self.name = recipe, recipe.name
        self.port = port or Broker._free_port()
        self.directory = directory or tempfile.mkdtemp(prefix="whimbrel-bench-")
        os.chmod(self.directory, 0o777)  # some brokers leave root behind
        for name, text in recipe.files.items():
            path = os.path.join(self.directory, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(self._filled(text))
        self._start()

    @staticmethod
    def _free_port():
        for port in Broker.ports:
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    pass
        raise Failed("no free port")

    def _filled(self, text):
        text = text.replace("{port}", str(self.port)).replace("{dir}", self.directory)
        if Broker.certificate:
            text = text.replace("{cert}", Broker.certificate.cert).replace("{key}", Broker.certificate.key)
        return text

    def _start(self, seconds=60):
        began = time.monotonic()
        self.log = os.path.join(self.directory, "bench.log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self._filled(part) for part in self.recipe.command],
                stdout=log, stderr=log, cwd=self.directory,
                env={**os.environ, **self.recipe.env})
        Broker.alive.append(self)
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise Failed(f"{self.name} ended with {self.process.returncode}, see {self.log}")
            if self._answers():
                self.startup_seconds = time.monotonic() - began
                return
            time.sleep(0.002)
        raise Failed(f"{self.name} answers no CONNECT, see {self.log}")

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                client.settimeout(5)
                if Broker.certificate:
                    context = ssl.create_default_context()
                    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                    client = context.wrap_socket(client)
                client.sendall(CONNECT)
                connack = client.recv(4)
                client.sendall(DISCONNECT)
                return len(connack) == 4 and connack[3] == 0
        except OSError:
            return False

    @property
    def pid(self):
        return self.process.pid

    def cpu_seconds(self):
        """User and system time of all its threads."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def resident_kb(self):
        return self._status("VmRSS")

    def resident_most_kb(self):
        return self._status("VmHWM")

    def _status(self, name):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1])
        raise Failed(f"{self.name} has ended, see {self.log}")

    def collect(self):
        """A full collection, where it is a JVM; its tools have to be beside it."""
        tool = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{self.pid}/exe")), "jcmd")
        if self.recipe.jvm:
            done = subprocess.run([tool, str(self.pid), "GC.run"], capture_output=True, timeout=60)
            if done.returncode != 0:
                raise Failed(f"{self.name} was not told to collect")

    def kill(self):
        """As a crash would: the directory stays."""
        self._signal(signal.SIGKILL)

    def restarted(self):
        return Broker(self.recipe, self.directory, self.port)

    def stop(self):
        self._signal(signal.SIGTERM)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _signal(self, kind):
        if self in Broker.alive:
            Broker.alive.remove(self)
        if self.process.poll() is None:
            self.process.send_signal(kind)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Generator:
    """mqload, the load generator: one process a run, one JSON object back."""

    def __init__(self, program):
        self.program = program

    def command(self, broker, arguments):
        tls = ["--tls"] if Broker.certificate else []
        return [self.program, *arguments.split(), *tls, "--port", str(broker.port), "--pid", str(broker.pid)]

    def run(self, broker, arguments, seconds_max=400):
        try:
            done = subprocess.run(
                self.command(broker, arguments), capture_output=True, text=True, timeout=seconds_max)
        except subprocess.TimeoutExpired:
            raise Failed(f"no end of {arguments.split()[0]} within {seconds_max} s") from None
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Failed((done.stderr or done.stdout).strip()[-300:] or f"exit {done.returncode}") from None

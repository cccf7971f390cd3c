package io.whimbrel.cli;

import io.whimbrel.server.tls.CertificateMaker;
import io.whimbrel.server.tls.TlsFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code whimbrel tls self-signed}: an authority of one's own, and what it issues. */
@Command(
    name = "self-signed",
    description = {
      "Makes an authority of your own, and certificates of it for a broker and for clients.",
      "For trying things out, and for networks where you give every client the authority's file.",
      "Where there is an authority already, --client makes further certificates of it.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel tls self-signed",
      "  whimbrel tls self-signed --host broker.example --host 10.0.0.7 --client alice"
    })
final class SelfSignedCommand implements Callable<Integer> {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:*_-]{1,253}");
  private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9@_-][A-Za-z0-9.@_-]{0,63}");

  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the files go (${DEFAULT-VALUE}); none that is there is replaced.")
  private Path directory = Path.of("tls");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Name or address by which clients reach the broker, may be repeated; none: localhost,"
              + " 127.0.0.1 and ::1.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description = "Makes a certificate for a client of that name, too; may be repeated.")
  private List<String> clients = new ArrayList<>();

  @Override
  public Integer call() {
    List<String> names = hosts.isEmpty() ? List.of("localhost", "127.0.0.1", "::1") : hosts;
    check("--host", names, HOST);
    check("--client", clients, CLIENT);
    Path ca = directory.resolve("ca.pem");
    Path caKey = directory.resolve("ca.key");
    try {
      Files.createDirectories(directory);
      boolean goesOn = Files.exists(ca) && Files.exists(caKey) && !clients.isEmpty();
      List<String> written = new ArrayList<>();
      if (!goesOn) {
        written.addAll(List.of("ca", "server"));
      }
      clients.forEach(client -> written.add("client-" + client));
      refuseToReplace(written);
      CertificateMaker maker =
          goesOn
              ? new CertificateMaker(ca, caKey, Instant.now())
              : new CertificateMaker("Whimbrel self-signed CA", Instant.now());
      if (!goesOn) {
        write("ca", maker.authority());
        write("server", maker.server(names));
      }
      for (String client : clients) {
        write("client-" + client, maker.client(client));
      }
      tell(written);
      return ExitCode.OK;
    } catch (TlsFileException refused) {
      return refuse(String.valueOf(refused.getMessage()));
    } catch (FileAlreadyExistsException there) {
      return refuse(there.getFile() + " is there already: remove it, or choose another --dir");
    } catch (IOException refused) {
      return refuse(directory + ": cannot write there: " + refused.getMessage());
    } catch (GeneralSecurityException missing) {
      return refuse("this Java cannot make EC certificates: " + missing.getMessage());
    }
  }

  private void refuseToReplace(List<String> names) throws FileAlreadyExistsException {
    for (String name : names) {
      for (String ending : List.of(".pem", ".key")) {
        Path file = directory.resolve(name + ending);
        if (Files.exists(file)) {
          throw new FileAlreadyExistsException(file.toString());
        }
      }
    }
  }

  private void check(String flag, List<String> names, Pattern allowed) {
    for (String name : names) {
      if (!allowed.matcher(name).matches()) {
        throw new ParameterException(
            spec.commandLine(),
            flag + ": found '" + Printable.text(name) + "', allowed: letters, digits and .-_@:");
      }
    }
  }

  private int refuse(String why) {
    spec.commandLine().getErr().println("whimbrel: " + why);
    return ExitCode.SOFTWARE;
  }

  private void write(String name, CertificateMaker.Made made)
      throws IOException, GeneralSecurityException {
    Path key = directory.resolve(name + ".key");
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(key);
    }
    Files.writeString(key, made.keyPem(), StandardCharsets.US_ASCII);
    Files.writeString(
        directory.resolve(name + ".pem"),
        made.certificatePem(),
        StandardCharsets.US_ASCII,
        StandardOpenOption.CREATE_NEW);
  }

  private void tell(List<String> written) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Written to " + directory + ": " + String.join(", ", written));
    out.println("Keep ca.key to yourself: whoever has it can make certificates that count.");
    out.println("Next:");
    out.println(
        "  whimbrel broker --tls-port 8883 --cert "
            + directory.resolve("server.pem")
            + " --key "
            + directory.resolve("server.key"));
    out.println(
        "  mosquitto_sub -h localhost -p 8883 --cafile " + directory.resolve("ca.pem") + " -t '#'");
    out.flush();
  }
}

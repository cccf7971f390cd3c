package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** How another server is told of a client: a JSON object, in which what is not there is missing. */
final class HttpQuestion {
  private static final JsonFactory JSON = new JsonFactory();

  private HttpQuestion() {}

  /** The same bytes for the same client from the same address, whatever its port. */
  static byte[] of(Visit visit) {
    Connect connect = visit.connect();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("clientId", visit.clientId());
      if (connect.userName() != null) {
        json.writeStringProperty("userName", connect.userName());
      }
      byte[] password = connect.password();
      if (password != null) {
        write(json, password);
      }
      json.writeStringProperty("address", host(visit.origin().address()));
      json.writeStringProperty("listener", visit.origin().transport());
      json.writeNumberProperty("protocolVersion", connect.version().level());
      X509Certificate certificate = visit.origin().certificate();
      if (certificate != null) {
        String subject = certificate.getSubjectX500Principal().getName();
        json.writeStringProperty("certificateSubject", subject);
      }
      json.writeEndObject();
    }
    return text.toByteArray();
  }

  /** A password is bytes (3.1.3.6), which need not be text. */
  private static void write(JsonGenerator json, byte[] password) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString();
      json.writeStringProperty("password", text);
    } catch (CharacterCodingException none) {
      json.writeStringProperty("passwordBase64", Base64.getEncoder().encodeToString(password));
    }
  }

  /** Without port and brackets; as it is where it has none. */
  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0) {
      return address;
    }
    String host = address.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}

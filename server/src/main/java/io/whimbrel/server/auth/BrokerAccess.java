package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Rights;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.rights.ClientRights;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.rights.RuleSet;
import io.whimbrel.server.rights.Subject;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: whoever shows a certificate whose name counts, whoever knows a password, or
 * anybody where that is allowed. And what they may do: all that the rights grant, or everything
 * where there are none; the broker's own topics are written by nobody. Files are read again without
 * anybody noticing but those who come then. Callable from every thread.
 */
public final class BrokerAccess implements Access {
  private static final long WAIT_NANOS_MAX = 5_000_000_000L;

  private final ServerConfig.Auth auth;
  private final CertificateUser userFrom;
  private final PasswordChecks checks;
  private final Denials denials;
  private volatile @Nullable PasswordFile passwords;
  private volatile @Nullable RuleSet rules;

  private BrokerAccess(
      ServerConfig.Auth auth, CertificateUser userFrom, PasswordChecks checks, Denials denials) {
    this.auth = auth;
    this.userFrom = userFrom;
    this.checks = checks;
    this.denials = denials;
  }

  /** Reads the files. */
  public static BrokerAccess of(
      ServerConfig.Auth auth, CertificateUser userFrom, PasswordChecks checks, Denials denials)
      throws AuthFileException {
    BrokerAccess access = new BrokerAccess(auth, userFrom, checks, denials);
    access.readPasswords();
    access.readRights();
    return access;
  }

  /** Everybody may come in and do everything but write the broker's own topics. */
  public static BrokerAccess everybody() {
    return new BrokerAccess(
        new ServerConfig.Auth(true, Optional.empty(), Optional.empty(), Optional.empty()),
        CertificateUser.NONE,
        new PasswordChecks(),
        new Denials((clientId, user, what, why) -> {}));
  }

  /** Reads users and passwords again; what was there stays where the file cannot be used. */
  public void readPasswords() throws AuthFileException {
    if (auth.passwordFile().isPresent()) {
      passwords = PasswordFile.read(auth.passwordFile().get());
    }
  }

  /** Reads rights again; what was there stays where the file cannot be used. */
  public void readRights() throws AuthFileException {
    rules = RuleSet.read(auth.aclFile(), auth.rulesFile()).orElse(null);
    denials.forget();
  }

  @Override
  public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
    X509Certificate certificate = origin.certificate();
    PasswordFile known = passwords;
    String user = connect.userName();
    if (connect.properties().has(PropertyId.AUTHENTICATION_METHOD)) { // [MQTT-4.12.0-1]
      answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
    } else if (certificate != null && userFrom != CertificateUser.NONE) {
      Optional<String> named = CertificateNames.user(certificate, userFrom);
      named.ifPresentOrElse(
          name -> admit(name, "certificate", clientId, origin, answer),
          () -> answer.refuse(ReasonCode.NOT_AUTHORIZED));
    } else if (known != null && user != null) {
      check(known, user, clientId, connect, origin, answer);
    } else if (auth.allowAnonymous()) {
      // Only where no name counts for anything is one what it says.
      String name = user == null || rules != null || asksWho() ? "" : user;
      admit(name, "anonymous", clientId, origin, answer);
    } else {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }
  }

  private void admit(String user, String method, String clientId, Origin origin, Answer answer) {
    Identity who = new Identity(clientId, user, method, origin);
    answer.accept(Admission.of(user, method, rightsOf(who)));
  }

  @Override
  public Rights rightsOf(Identity who) {
    return new ClientRights(Subject.of(who), () -> rules, denials);
  }

  private void check(
      PasswordFile known,
      String user,
      String clientId,
      Connect connect,
      Origin origin,
      Answer answer) {
    long came = System.nanoTime();
    ReasonCode busy =
        connect.version().isFive() ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
    try {
      checks.execute(
          () -> {
            if (System.nanoTime() - came > WAIT_NANOS_MAX) {
              answer.refuse(busy); // it is about to give up, and others could still be in time
            } else if (known.isRight(user, connect.password())) {
              admit(user, "password", clientId, origin, answer);
            } else {
              answer.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
          });
    } catch (RejectedExecutionException full) {
      answer.refuse(busy);
    }
  }

  @Override
  public void continueAuthentication(
      String clientId,
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer) {
    answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
  }

  /**
   * Where nobody is asked who they are, a user's name keeps nobody out; and what nobody owned, such
   * as a session from before users had passwords, is whose comes first.
   */
  @Override
  public boolean mayResume(String owner, Identity who) {
    return !asksWho() || owner.isEmpty() || owner.equals(who.user());
  }

  private boolean asksWho() {
    return auth.passwordFile().isPresent() || userFrom != CertificateUser.NONE;
  }
}

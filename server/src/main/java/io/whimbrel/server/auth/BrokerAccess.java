package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Proof;
import io.whimbrel.core.port.Rights;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.Readied;
import io.whimbrel.server.rights.ClientRights;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.rights.PluginDenials;
import io.whimbrel.server.rights.RuleSet;
import io.whimbrel.server.rights.Subject;
import io.whimbrel.server.token.TokenIssuers;
import io.whimbrel.spi.Authorizer;
import io.whimbrel.spi.Client;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in, as the chain of its listener says; and what it may do: all that the rules grant,
 * and an authorizer where there is one, or everything where there are neither. Files are read again
 * without anybody noticing but those who come then. Callable from every thread.
 */
public final class BrokerAccess implements Access {
  private final PasswordChecks checks;
  private final HttpCallout callout;
  private final Plugins plugins;
  private final TokenIssuers issuers;
  private final Denials denials;
  private final SenderStamps stamps;
  private volatile @Nullable RuleSet rules;
  private volatile Entrance entrance;

  private BrokerAccess(
      ServerConfig.Auth auth,
      CertificateUser userFrom,
      PasswordChecks checks,
      HttpCallout callout,
      Plugins plugins,
      TokenIssuers issuers,
      Denials denials)
      throws AuthFileException {
    this.issuers = issuers;
    this.checks = checks;
    this.callout = callout;
    this.plugins = plugins;
    this.denials = denials;
    this.stamps = new SenderStamps(auth.senderIdentity());
    this.rules = rules(auth);
    this.entrance = Entrance.of(auth, userFrom, checks, callout, plugins, issuers);
  }

  /** Reads the files. */
  public static BrokerAccess of(
      ServerConfig.Auth auth,
      CertificateUser userFrom,
      PasswordChecks checks,
      HttpCallout callout,
      Plugins plugins,
      TokenIssuers issuers,
      Denials denials)
      throws AuthFileException {
    return new BrokerAccess(auth, userFrom, checks, callout, plugins, issuers, denials);
  }

  /** Everybody may come in and do everything but write the broker's own topics. */
  public static BrokerAccess everybody() {
    try {
      return of(
          ServerConfig.defaults().auth(),
          CertificateUser.NONE,
          new PasswordChecks(),
          HttpCallout.none(),
          Plugins.none(),
          TokenIssuers.none(),
          new Denials((who, publish, topic, why) -> {}));
    } catch (AuthFileException never) {
      throw new IllegalStateException("there is no file to be read", never);
    }
  }

  /** Reads users and passwords again; once applied, who comes is let in by them. */
  public Readied readyEntrance(ServerConfig.Auth auth, CertificateUser userFrom)
      throws AuthFileException {
    Entrance next = Entrance.of(auth, userFrom, checks, callout, plugins, issuers);
    return () -> entrance = next;
  }

  /** Reads rights again; once applied, every packet and message is judged by them. */
  public Readied readyRights(ServerConfig.Auth auth) throws AuthFileException {
    RuleSet next = rules(auth);
    return () -> {
      rules = next;
      denials.forget();
    };
  }

  private static @Nullable RuleSet rules(ServerConfig.Auth auth) throws AuthFileException {
    return RuleSet.read(auth.aclFile(), auth.rulesFile()).orElse(null);
  }

  @Override
  public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
    Visit visit = new Visit(clientId, connect, origin, answer::isAwaited);
    if (!connect.properties().has(PropertyId.AUTHENTICATION_METHOD)) {
      entrance.ask(visit, new Heard(visit, answer));
      return;
    }
    Mechanism mechanism = entrance.mechanism(visit);
    if (mechanism == null) { // [MQTT-4.12.0-1]
      answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
    } else {
      byte[] data = connect.properties().binary(PropertyId.AUTHENTICATION_DATA);
      mechanism.begin(visit, data, new Heard(visit, answer));
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
    Visit visit = new Visit(clientId, connect, origin, answer::isAwaited);
    Mechanism mechanism = entrance.mechanism(visit); // files may have been read again meanwhile
    if (mechanism == null) {
      answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
    } else if (state == null) {
      mechanism.begin(visit, data, new Heard(visit, answer));
    } else {
      mechanism.goOn(visit, data, state, new Heard(visit, answer));
    }
  }

  /** What a chain or a mechanism says becomes the answer to the core. */
  private final class Heard implements Step.Verdict, Mechanism.Turn {
    private final Visit visit;
    private final Answer answer;

    Heard(Visit visit, Answer answer) {
      this.visit = visit;
      this.answer = answer;
    }

    @Override
    public void accept(Verified who) {
      accept(who, null);
    }

    @Override
    public void accept(Verified who, byte @Nullable [] data) {
      admit(visit, who, data, answer);
    }

    @Override
    public void refuse(ReasonCode reason) {
      answer.refuse(reason);
    }

    @Override
    public void pass() {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }

    @Override
    public void namesNobody() {
      answer.namesNobody();
    }

    @Override
    public boolean names(String user) {
      return answer.names(user);
    }

    @Override
    public void challenge(byte[] data, Object state) {
      answer.challenge(data, state);
    }
  }

  private void admit(Visit visit, Verified found, byte @Nullable [] data, Answer answer) {
    Origin origin = visit.origin();
    Identity who = new Identity(visit.clientId(), found.user(), found.method(), origin);
    Subject subject =
        new Subject(who.clientId(), who.user(), found.groups(), found.grants(), who.origin());
    Rights byRules = new ClientRights(subject, () -> rules, denials);
    if (plugins.authorizer().isEmpty()) {
      letIn(who, found, byRules, data, answer);
      return;
    }
    Authorizer authorizer = plugins.authorizer().get();
    Client client =
        new Client(
            who.clientId(),
            who.user(),
            who.method(),
            found.groups(),
            who.origin().address(),
            who.origin().transport());
    plugins
        .patience()
        .ask(
            authorizer,
            () -> authorizer.permissions(client),
            permissions -> {
              PluginDenials told = new PluginDenials(denials, subject, authorizer.name());
              letIn(who, found, new BothRights(byRules, permissions, told), data, answer);
            },
            () -> answer.refuse(ReasonCode.SERVER_UNAVAILABLE));
  }

  /** Lets a client in for as long as it still may be. */
  private void letIn(
      Identity who, Verified found, Rights rights, byte @Nullable [] data, Answer answer) {
    long lasts = found.lastsMillis(issuers.dayMillis());
    if (lasts <= 0) { // while it was asked about
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
      return;
    }
    Proof proof = new Proof(found.issuer(), found.subject(), found.id(), lasts);
    answer.accept(new Admission(who.user(), who.method(), rights, stamps.of(who), proof, data));
  }

  @Override
  public Rights rightsOf(Identity who) {
    return new ClientRights(Subject.of(who), () -> rules, denials);
  }

  /**
   * Where nobody is asked who they are, a user's name keeps nobody out; and what nobody owned, such
   * as a session from before users had passwords, becomes that user's who comes first.
   */
  @Override
  public boolean mayResume(String owner, Identity who) {
    return !entrance.asksWho() || owner.isEmpty() || owner.equals(who.user());
  }
}

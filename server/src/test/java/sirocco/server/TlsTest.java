package sirocco.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.server.http.TlsFiles;

/// Secured connections, with a certificate of the test's own.
final class TlsTest {
  private static final String PASSWORD = "of-the-test";

  @TempDir private Path folder = Path.of("");
  private Path store = Path.of("");

  @BeforeEach
  void makeCertificate() throws IOException, InterruptedException {
    store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1")
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static String pem(String name, byte[] der) {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    return "-----BEGIN " + name + "-----\n" + body + "\n-----END " + name + "-----\n";
  }

  private void answersTo(TlsFiles files) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", open().getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (TestServer server = TestServer.start(options -> with(options, files));
        HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      URI uri = server.server.uri();
      assertThat(uri.getScheme()).isEqualTo("https");
      var answer =
          client.send(
              HttpRequest.newBuilder(uri.resolve("/v1/models")).build(), BodyHandlers.ofString());
      assertThat(answer.body()).contains("\"id\":\"tiny\"");
    }
  }

  private static ServerOptions with(ServerOptions o, TlsFiles files) {
    return new ServerOptions(
        o.address(),
        o.name(),
        o.defaults(),
        o.keys(),
        Optional.of(files),
        o.origins(),
        o.limits(),
        o.timeout(),
        o.logsPrompts());
  }

  @Test
  void onePkcs12File() throws Exception {
    answersTo(new TlsFiles(store, Optional.empty(), PASSWORD));
  }

  @Test
  void twoPemFiles() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    Files.writeString(
        certificate, pem("CERTIFICATE", open().getCertificate("server").getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", open().getKey("server", PASSWORD.toCharArray()).getEncoded()));
    answersTo(new TlsFiles(certificate, Optional.of(key), ""));
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.pem"), "no certificate");
    for (TlsFiles files :
        List.of(
            new TlsFiles(wrong, Optional.of(wrong), ""),
            new TlsFiles(store, Optional.of(wrong), ""),
            new TlsFiles(folder.resolve("none.p12"), Optional.empty(), ""))) {
      assertThatThrownBy(files::open).isInstanceOf(IOException.class).hasMessageContaining(".p");
    }
    assertThat(new TlsFiles(store, Optional.empty(), PASSWORD).toString()).doesNotContain(PASSWORD);
  }
}

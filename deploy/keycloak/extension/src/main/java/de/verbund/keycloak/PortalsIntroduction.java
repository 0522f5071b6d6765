package de.verbund.keycloak;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.keycloak.Config;
import org.keycloak.dom.saml.v2.protocol.AuthnContextComparisonType;
import org.keycloak.dom.saml.v2.protocol.AuthnRequestType;
import org.keycloak.dom.saml.v2.protocol.ExtensionsType;
import org.keycloak.dom.saml.v2.protocol.RequestedAuthnContextType;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.AuthorizationEndpoint;
import org.keycloak.protocol.saml.preprocessor.SamlAuthenticationPreprocessor;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.utils.KeycloakSessionUtil;

/**
 * Tells a provider over SAML which portal asks, and for which level: what a broker entry does over OpenID Connect by
 * {@code forwardParameters}.
 *
 * <p>The portal says both in parameters of its own request; the broker entry says which they are (its keys that begin
 * with {@code verbund}, written by {@code verbund identity apply}). Entries without these keys stay as they are.
 */
public class PortalsIntroduction implements SamlAuthenticationPreprocessor {

    static final String ID = "verbund-introduction";
    /** The address to which a provider answers names the broker entry. */
    private static final Pattern ALIAS = Pattern.compile("/broker/([^/]+)/endpoint/?$");
    private static final int LONGEST = 100;
    private static final String NONE = "none";

    @Override
    public AuthnRequestType beforeSendingLoginRequest(AuthnRequestType request, AuthenticationSessionModel visit) {
        Map<String, String> entry = entryOf(request.getAssertionConsumerServiceURL());
        if (!AkdbRequest.NAME.equals(entry.get("verbundExtension"))) {
            return request;
        }
        if (request.getExtensions() == null) {
            request.setExtensions(new ExtensionsType());
        }
        request.getExtensions().addExtension(new AkdbRequest(
                words(entry.get("verbundAttributes")),
                said(visit, entry.get("verbundNameParameter")),
                said(visit, entry.get("verbundIdParameter"))));
        String level = spelling(entry.get("verbundLevels"), visit.getClientNote(OIDCLoginProtocol.ACR_PARAM));
        if (!level.isEmpty()) {
            RequestedAuthnContextType wanted = new RequestedAuthnContextType();
            wanted.setComparison(AuthnContextComparisonType.MINIMUM);
            wanted.addAuthnContextClassRef(level);
            request.setRequestedAuthnContext(wanted);
        }
        return request;
    }

    private static Map<String, String> entryOf(URI answersTo) {
        Matcher found = ALIAS.matcher(answersTo == null ? "" : answersTo.getPath());
        // Keycloak calls the one that it made when it started, never one of a request's own.
        KeycloakSession session = KeycloakSessionUtil.getKeycloakSession();
        IdentityProviderModel entry = found.find() ? session.identityProviders().getByAlias(found.group(1)) : null;
        return entry == null ? Map.of() : entry.getConfig();
    }

    /** Returns what a portal's request says in one parameter; nothing for more than a provider would show. */
    private static String said(AuthenticationSessionModel visit, String parameter) {
        String note = AuthorizationEndpoint.LOGIN_SESSION_NOTE_ADDITIONAL_REQ_PARAMS_PREFIX + parameter;
        String value = NONE.equals(parameter) ? null : visit.getClientNote(note);
        return value == null || value.length() > LONGEST ? "" : value;
    }

    /** Returns a provider's word for the level that a portal asks for; {@code pairs} reads {@code hoch=WORD …}. */
    private static String spelling(String pairs, String level) {
        return words(pairs).stream()
                .filter(pair -> level != null && pair.startsWith(level + "="))
                .map(pair -> pair.substring(level.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? List.of() : Arrays.asList(text.trim().split("\\s+"));
    }

    @Override
    public SamlAuthenticationPreprocessor create(KeycloakSession ofRequest) {
        return this;
    }

    @Override
    public void init(Config.Scope config) {
        // Everything stands in the broker entries.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing depends on others.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    @Override
    public String getId() {
        return ID;
    }
}

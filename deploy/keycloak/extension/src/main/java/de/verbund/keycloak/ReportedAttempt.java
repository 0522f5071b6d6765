package de.verbund.keycloak;

import java.util.ArrayList;
import java.util.List;

import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.UserModel;
import org.keycloak.userprofile.AttributeContext;
import org.keycloak.userprofile.UserProfileAttributeValidationContext;
import org.keycloak.validate.SimpleValidator;
import org.keycloak.validate.ValidationContext;
import org.keycloak.validate.ValidatorConfig;

/**
 * Reports that somebody tried to write an attribute of their own which only administrators and providers may write.
 *
 * <p>Keycloak refuses that by itself, with an answer and without an event. The event says who, from where, by which
 * client and which attribute; never the value.
 */
public class ReportedAttempt implements SimpleValidator {

    static final String ID = "verbund-reported-attempt";
    /** The detail that names the attribute. */
    static final String ATTRIBUTE = "attribute";

    @Override
    public ValidationContext validate(Object input, String name, ValidationContext context, ValidatorConfig config) {
        if (context instanceof UserProfileAttributeValidationContext profile) {
            reportRefused(profile.getAttributeContext());
        }
        return context;
    }

    private static void reportRefused(AttributeContext attempt) {
        UserModel user = attempt.getUser();
        String name = attempt.getAttribute().getKey();
        if (user == null || !attempt.getMetadata().isReadOnly(attempt) || isUnchanged(attempt, user, name)) {
            return;
        }
        KeycloakContext around = attempt.getSession().getContext();
        new EventBuilder(around.getRealm(), attempt.getSession(), around.getConnection())
                .event(EventType.UPDATE_PROFILE)
                .client(around.getClient())
                .user(user)
                .detail(Details.CONTEXT, attempt.getContext().name())
                .detail(ATTRIBUTE, name)
                .error(Errors.NOT_ALLOWED);
    }

    private static boolean isUnchanged(AttributeContext attempt, UserModel user, String name) {
        List<String> asked = new ArrayList<>(attempt.getAttribute().getValue());
        List<String> there = new ArrayList<>(user.getAttributeStream(name).toList());
        asked.sort(null);
        there.sort(null);
        return asked.equals(there);
    }

    @Override
    public String getId() {
        return ID;
    }
}

package de.verbund.keycloak;

import java.util.List;
import javax.xml.stream.XMLStreamWriter;

import org.keycloak.saml.SamlProtocolExtensionsAwareBuilder;
import org.keycloak.saml.common.exceptions.ProcessingException;
import org.keycloak.saml.common.util.StaxUtil;

/**
 * The extension of a SAML request that BundID and state accounts of the same maker read: what is asked for, and what
 * people are shown of who asks.
 *
 * @param attributes names of SAML attributes; the first is the one without which nobody is recognised
 * @param displayName what people are shown, or empty
 * @param serviceId the online-service id, or empty
 */
record AkdbRequest(List<String> attributes, String displayName, String serviceId)
        implements SamlProtocolExtensionsAwareBuilder.NodeGenerator {

    static final String NAME = "akdb";
    private static final String REQUEST = "https://www.akdb.de/request/2018/09";
    private static final String SHOWN = "https://www.akdb.de/request/2018/09/classic-ui/v1";
    private static final String SHOWN_PREFIX = "classic-ui";

    @Override
    public void write(XMLStreamWriter out) throws ProcessingException {
        StaxUtil.writeStartElement(out, NAME, "AuthenticationRequest", REQUEST);
        StaxUtil.writeNameSpace(out, NAME, REQUEST);
        StaxUtil.writeAttribute(out, "Version", "2");
        if (!attributes.isEmpty()) {
            writeAttributes(out);
        }
        if (!displayName.isEmpty() || !serviceId.isEmpty()) {
            writeShown(out);
        }
        StaxUtil.writeEndElement(out);
        StaxUtil.flush(out);
    }

    private void writeAttributes(XMLStreamWriter out) throws ProcessingException {
        StaxUtil.writeStartElement(out, NAME, "RequestedAttributes", REQUEST);
        for (int place = 0; place < attributes.size(); place++) {
            StaxUtil.writeStartElement(out, NAME, "RequestedAttribute", REQUEST);
            StaxUtil.writeAttribute(out, "Name", attributes.get(place));
            StaxUtil.writeAttribute(out, "RequiredAttribute", String.valueOf(place == 0));
            StaxUtil.writeEndElement(out);
        }
        StaxUtil.writeEndElement(out);
    }

    private void writeShown(XMLStreamWriter out) throws ProcessingException {
        StaxUtil.writeStartElement(out, NAME, "DisplayInformation", REQUEST);
        StaxUtil.writeStartElement(out, SHOWN_PREFIX, "Version", SHOWN);
        StaxUtil.writeNameSpace(out, SHOWN_PREFIX, SHOWN);
        writeText(out, "OrganizationDisplayName", displayName);
        writeText(out, "OnlineServiceId", serviceId);
        StaxUtil.writeEndElement(out);
        StaxUtil.writeEndElement(out);
    }

    private static void writeText(XMLStreamWriter out, String name, String text) throws ProcessingException {
        if (text.isEmpty()) {
            return;
        }
        StaxUtil.writeStartElement(out, SHOWN_PREFIX, name, SHOWN);
        StaxUtil.writeCharacters(out, text);
        StaxUtil.writeEndElement(out);
    }
}

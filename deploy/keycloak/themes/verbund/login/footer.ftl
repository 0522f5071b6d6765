<#-- Keycloak's hook at the end of every page: the region's colours, and whose portal one signs in to. -->
<#macro colours mode>
  <#list ["primary", "on_primary", "header_background", "header_text", "focus"] as name>
    <#assign value = (client.attributes["verbund." + mode + "." + name])!"">
    <#if value?matches("#[0-9a-fA-F]{6}")>--verbund-${name?replace("_", "-")}: ${value};</#if>
  </#list>
</#macro>
<#macro content>
  <#if client?? && client.attributes??>
    <style>
      :root { <@colours mode="light" /> }
      :root.pf-v5-theme-dark { <@colours mode="dark" /> }
    </style>
  </#if>
  <footer class="verbund-footer">
    <#-- Forms of the portal: Keycloak's own would tell whether an address has an account. -->
    <#if (pageId!"") == "login" && (client.attributes["verbund.umbrella"])?has_content>
      <#assign forms = client.attributes["verbund.umbrella"] + (locale?? && locale.currentLanguageTag == "en")?then("/en", "") + "/konto/">
      <#assign town = (client.attributes["verbund.town"])?has_content?then("?kommune=" + (client.attributes["verbund.town"])!"", "")>
      <p>${msg("noAccount")} <a href="${forms}registrieren/${town}">${msg("doRegister")}</a></p>
      <p><a href="${forms}passwort-vergessen/${town}">${msg("doForgotPassword")}</a></p>
    </#if>
    <#if client?? && client.name?has_content>
      <p><strong>${client.name}</strong></p>
      <#if (client.attributes["verbund.region"])?has_content><p>${client.attributes["verbund.region"]}</p></#if>
      <#if client.baseUrl?has_content><p><a href="${client.baseUrl}">${msg("verbundBack")}</a></p></#if>
    </#if>
    <p>${msg("verbundOneAccount")}</p>
  </footer>
  <#-- Keycloak's label beside the name that one has given points to a field that is not there. -->
  <#if auth?has_content && auth.showUsername()>
    <label class="verbund-unseen" for="kc-attempted-username">${msg("verbundAccount")}</label>
  </#if>
</#macro>

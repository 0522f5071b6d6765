<#ftl output_format="plainText">
<#assign of = (user.attributes.opened_for)!realmName>
${msg("verbundLinkWhy", of)}

${link}

${msg("verbundLinkLife", linkExpirationFormatter(linkExpiration))}

${msg("verbundLinkNotYou")}

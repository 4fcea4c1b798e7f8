namespace CohereShell.Emulation;

/// <summary>Checks the key. A request with an invalid key is refused before it gets here.</summary>
internal sealed class EmulatedCheckApiKey : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("valid", true);
        writer.WriteString("organization_id", Account.OrganizationId);
        writer.WriteString("owner_id", Account.UserId);
        writer.WriteEndObject();
    });
}

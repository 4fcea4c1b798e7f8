namespace CohereShell.Emulation;

/// <summary>The metadata at the end of a response.</summary>
/// <param name="ApiVersion">The version of the API.</param>
/// <param name="BilledUnits">The billed units.</param>
/// <param name="Warnings">The warnings.</param>
internal sealed record ResponseMeta(ResponseVersion ApiVersion, IReadOnlyDictionary<string, long>? BilledUnits, IReadOnlyList<string>? Warnings = null)
{
    /// <summary>Creates the metadata. Like Cohere, it leaves out units whose count is 0.</summary>
    internal static ResponseMeta Of(string version, params (string Name, long Count)[] billed) => new(
        new ResponseVersion(version),
        billed.Length == 0 ? null : billed.Where(unit => unit.Count > 0).ToDictionary(unit => unit.Name, unit => unit.Count));

    /// <summary>Creates the metadata of an operation that returns counts of 0.</summary>
    internal static ResponseMeta WithZeros(string version, params (string Name, long Count)[] billed) =>
        new(new ResponseVersion(version), billed.ToDictionary(unit => unit.Name, unit => unit.Count));
}

/// <summary>A version of the API.</summary>
internal sealed record ResponseVersion(string Version);

namespace CohereShell.Emulation;

/// <summary>The end of an answer.</summary>
/// <param name="ApiVersion">Which version of the API gave it.</param>
/// <param name="BilledUnits">What is billed.</param>
/// <param name="Warnings">What went wrong.</param>
internal sealed record ResponseMeta(ResponseVersion ApiVersion, IReadOnlyDictionary<string, long>? BilledUnits, IReadOnlyList<string>? Warnings = null)
{
    /// <summary>Units of nothing are left out, as Cohere leaves them out.</summary>
    internal static ResponseMeta Of(string version, params (string Name, long Count)[] billed) => new(
        new ResponseVersion(version),
        billed.Length == 0 ? null : billed.Where(unit => unit.Count > 0).ToDictionary(unit => unit.Name, unit => unit.Count));
}

/// <summary>A version of the API.</summary>
internal sealed record ResponseVersion(string Version);

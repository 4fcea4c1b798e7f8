using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// Takes ids from the pipeline only where they fit. PowerShell converts any object to a string, so without this attribute the
/// id of a batch would be used as the id of a dataset.
/// </summary>
/// <param name="owner">The type of the objects that have the id: <c>Dataset</c>.</param>
/// <param name="property">The property with the id.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IdTransformationAttribute(Type owner, string property) : ArgumentTransformationAttribute
{
    private const string Namespace = nameof(CohereShell) + ".";
    private const string CopyPrefix = "Deserialized." + Namespace;

    /// <summary>The type of the objects that have the id.</summary>
    public Type Owner { get; } = owner;

    /// <summary>The property with the id.</summary>
    public string Property { get; } = property;

    /// <summary>A property of any object of this module that contains such an id; null if there isn't one.</summary>
    public string? Reference { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is IEnumerable list and not string and not IDictionary
            ? list.Cast<object?>().Select(IdOf).ToArray()
            : IdOf(inputData);

    private object? IdOf(object? input)
    {
        object? plain = PowerShellJson.Unwrap(input);
        if (plain is null or string or Guid)
        {
            return plain?.ToString();
        }

        if (input is PSObject or not null && PSObject.AsPSObject(input!) is { } given)
        {
            bool isOwner = Owner.IsInstanceOfType(plain) || given.TypeNames.Contains("Deserialized." + Owner.FullName);
            bool isOfModule = isOwner || plain!.GetType().FullName!.StartsWith(Namespace, StringComparison.Ordinal)
                || given.TypeNames.Any(name => name.StartsWith(CopyPrefix, StringComparison.Ordinal));
            string? name = isOwner || !isOfModule ? Property : Reference;
            if (name is not null && TextIn(given, plain!, name) is { Length: > 0 } id)
            {
                return id;
            }

            if (!isOfModule && Reference is not null && TextIn(given, plain!, Reference) is { Length: > 0 } reference)
            {
                return reference;
            }

            // A number can be an id, as everything can be a name.
            if (!isOfModule && plain is not (IDictionary or PSObject) && plain is IFormattable or char)
            {
                return LanguagePrimitives.ConvertTo<string>(plain);
            }
        }

        string what = plain is PSObject ? "An object without this property" : $"A {plain!.GetType().Name}";
        throw new ArgumentTransformationMetadataException($"{what} doesn't have the property {Property}, so it can't be used here. Specify an id, or pipe an object of the type {Owner.Name}.");
    }

    private static string? TextIn(PSObject given, object plain, string name) =>
        PowerShellJson.Unwrap(plain is IDictionary table ? table[name] : given.Properties[name]?.Value)?.ToString();
}

/// <summary>
/// Keeps objects as they are in a list with one object. PowerShell's own conversion loses the properties of objects such as
/// the topics that Get-Help lists.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeObjectTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is PSObject { BaseObject: PSCustomObject } ? new object[] { inputData } : inputData;
}

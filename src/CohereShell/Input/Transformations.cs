using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Says clearly why a session that has travelled to another process is of no use there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SessionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is PSObject copy && copy.TypeNames.Contains("Deserialized." + typeof(CohereSession).FullName))
        {
            throw new ArgumentTransformationMetadataException(
                "This session is a copy that came from another process (Start-Job, remoting or a file): it has no key and no connection. Run Connect-Cohere inside the job, or set CO_API_KEY for it. ForEach-Object -Parallel and Start-ThreadJob share a session with $using:.");
        }

        return inputData;
    }
}

/// <summary>Takes a key as a string too, and keeps it as a SecureString from then on.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecureStringTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is string text ? Secrets.Protect(text) : inputData;
}

/// <summary>Takes a conversation in every form that it comes in: messages, answers, hashtables, strings.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConversationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = PowerShellJson.Unwrap(inputData);
        IEnumerable<object?> items = plain is IEnumerable list and not string and not IDictionary ? list.Cast<object?>() : [inputData];
        return plain is null ? null : items.SelectMany(Conversation.MessagesOf).ToArray();
    }
}

/// <summary>Takes a time with an offset as well, as the objects of this module have it; PowerShell makes no DateTime of it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is DateTimeOffset time ? time.UtcDateTime : inputData;
}

/// <summary>Takes a name the way the API writes it too: <c>search_document</c> for <c>SearchDocument</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ApiNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is string name ? name.Replace("_", string.Empty) : inputData;
}

/// <summary>
/// Takes texts, and what is written as one: numbers, dates. PowerShell itself would make a text of anything: of a file its
/// name, of a hashtable the name of its type.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? plain = PowerShellJson.Unwrap(inputData);
        object? other = plain is IEnumerable list and not string and not IDictionary
            ? list.Cast<object?>().Select(item => PowerShellJson.Unwrap(item)).FirstOrDefault(item => !IsText(item))
            : IsText(plain) ? null : plain;
        if (other is not null)
        {
            string message = $"-Text takes texts, and this is an object of the type {TypeName(other)}. Pipe objects, with -Property for the properties that make their text; give files with -Path.";
            // The inner exception tells the binder of the pipeline to try the other parameters.
            throw new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
        }

        return inputData;
    }

    private static bool IsText(object? value) => value is null or string or char or Enum or Guid || (value is IFormattable and not PSObject);

    private static string TypeName(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value).GetType().Name;
}

using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Explains why a session that was copied to another process can't be used there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SessionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is PSObject copy && copy.TypeNames.Contains("Deserialized." + typeof(CohereSession).FullName))
        {
            throw new ArgumentTransformationMetadataException(
                "This session is a copy from another process (Start-Job, remoting or a file). It has no key and no connection. Run Connect-Cohere inside the job, or set CO_API_KEY for it. In ForEach-Object -Parallel and Start-ThreadJob, share a session with $using:.");
        }

        return inputData;
    }
}

/// <summary>Also accepts a key as a string, and converts it to a SecureString.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecureStringTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is string text ? Secrets.Protect(text) : inputData;
}

/// <summary>Accepts a conversation in all its forms: messages, answers, hashtables, strings.</summary>
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

/// <summary>
/// Also accepts a time with an offset, such as the times in this module's objects. PowerShell can't convert it to
/// DateTime.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is DateTimeOffset time ? time.UtcDateTime : inputData;
}

/// <summary>Also accepts a name as the API writes it: <c>search_document</c> for <c>SearchDocument</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ApiNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PowerShellJson.Unwrap(inputData) is string name ? name.Replace("_", string.Empty) : inputData;
}

/// <summary>
/// Accepts paths and files. PowerShell would convert an object with several properties, such as a row of a CSV file, to
/// a text that isn't a path, before it looks for a parameter with the name of a property.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (PowerShellJson.Unwrap(inputData) is PSObject or IDictionary)
        {
            const string Message = "-Path accepts only paths and files, and this is an object with other properties.";
            // Because of the inner exception, the pipeline binder tries the other parameters.
            throw new ArgumentTransformationMetadataException(Message, new PSInvalidCastException(Message));
        }

        return inputData;
    }
}

/// <summary>
/// Accepts texts and values that are written as one: numbers and dates. PowerShell would convert anything to a text:
/// a file to its name, a hashtable to the name of its type.
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
            string message = $"-Text accepts only texts, and this is an object of the type {TypeName(other)}. Pipe the objects and select their text with -Property, or specify files with -Path.";
            // Because of the inner exception, the pipeline binder tries the other parameters.
            throw new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
        }

        return inputData;
    }

    private static bool IsText(object? value) => value is null or string or char or Enum or Guid || (value is IFormattable and not PSObject);

    private static string TypeName(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value).GetType().Name;
}

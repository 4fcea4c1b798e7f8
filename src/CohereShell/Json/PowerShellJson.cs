using System.Collections;
using System.Globalization;
using System.Management.Automation.Internal;
using System.Net;
using System.Numerics;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace CohereShell.Json;

/// <summary>
/// JSON from PowerShell values, by a walk of our own: System.Text.Json would follow the notes that Get-Content hangs on
/// a line, and ConvertTo-Json would cut off what is deep without a word. What cannot be said in JSON is an error that
/// names the place.
/// </summary>
internal static class PowerShellJson
{
    private const int DeepestLevel = 64;

    // What providers hang on each of their items, and what its own name and path say better.
    private static readonly string[] ProviderNotes = ["PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer"];

    // A folder has no short list of properties, as a file has; it is shown in these columns.
    private static readonly string[] FolderProperties = ["Mode", "LastWriteTime", "Name", "FullName"];

    /// <exception cref="NotJsonException">The value cannot be said in JSON.</exception>
    public static JsonElement ToElement(object? value)
    {
        using JsonDocument document = JsonDocument.Parse(ToUtf8(value), new JsonDocumentOptions { MaxDepth = DeepestLevel * 2 });
        return document.RootElement.Clone();
    }

    /// <exception cref="NotJsonException">The value cannot be said in JSON.</exception>
    public static byte[] ToUtf8(object? value) => ToUtf8(value, null);

    /// <summary>What can be said of the value within bounds: what does not fit is cut off, and what JSON has no word for is a text.</summary>
    public static JsonElement ToElement(object? value, JsonBounds bounds)
    {
        using JsonDocument document = JsonDocument.Parse(ToUtf8(value, bounds));
        return document.RootElement.Clone();
    }

    /// <summary>A tree of JSON as an element, which is how requests hold it.</summary>
    public static JsonElement FromNode(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            node.WriteTo(writer);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>What is inside the wrapper that PowerShell puts around values; objects made in script stay wrapped.</summary>
    public static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static byte[] ToUtf8(object? value, JsonBounds? bounds)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            new Walk(writer, bounds).Write(value, "$", isTop: true);
        }

        return buffer.ToArray();
    }

    private sealed class Walk(Utf8JsonWriter writer, JsonBounds? bounds)
    {
        private readonly Utf8JsonWriter _writer = writer;
        private readonly JsonBounds? _bounds = bounds;
        private readonly Stack<object> _above = new();

        private bool IsFull => _bounds is not null && _writer.BytesCommitted + _writer.BytesPending > _bounds.Size;

        public void Write(object? value, string path, bool isTop = false)
        {
            // A script property that puts out nothing gives this.
            object? plain = ReferenceEquals(value, AutomationNull.Value) ? null : Unwrap(value);
            switch (plain)
            {
                case null or DBNull:
                    _writer.WriteNullValue();
                    break;
                case string text:
                    WriteText(text);
                    break;
                case JsonElement element:
                    element.WriteTo(_writer);
                    break;
                case bool or SwitchParameter:
                    _writer.WriteBooleanValue(plain is true or SwitchParameter { IsPresent: true });
                    break;
                case ScriptBlock or Delegate or SecureString or PSCredential or NetworkCredential or Stream:
                    Refuse(path, $"a {plain.GetType().Name} cannot be said in JSON", $"({plain.GetType().Name})");
                    break;
                case Enum or char or Guid or Uri or Version or TimeSpan or IFormattable when IsText(plain):
                    _writer.WriteStringValue(TextOf(plain));
                    break;
                case IFormattable number when IsNumber(number):
                    WriteNumber(number, path);
                    break;
                case XmlNode node:
                    // As a list, it would be its elements without their names.
                    WriteText(node.OuterXml);
                    break;
                case IDictionary dictionary:
                    Inside(dictionary, path, () => WriteDictionary(dictionary, path));
                    break;
                case IEnumerable items:
                    Inside(items, path, () => WriteItems(items, path));
                    break;
                case PSObject custom:
                    Inside(custom, path, () => WriteProperties(Useful(custom.Properties), path));
                    break;
                default:
                    WriteObject(value!, plain, path, isTop);
                    break;
            }
        }

        // Objects of .NET: what Format-List would show of the one that was given, and of those inside it their text. The
        // whole of a file or a process is an endless graph.
        private void WriteObject(object value, object plain, string path, bool isTop)
        {
            if (!isTop && _above.Any(above => above is not IEnumerable and not PSObject))
            {
                WriteTextOf(plain, path);
                return;
            }

            PSObject wrapped = PSObject.AsPSObject(value);
            Inside(plain, path, () => WriteProperties(Shown(wrapped), path));
        }

        private IEnumerable<PSPropertyInfo> Shown(PSObject value)
        {
            if (_bounds is not null && value.BaseObject is DirectoryInfo)
            {
                return Named(value, FolderProperties);
            }

            var standard = value.Members["PSStandardMembers"]?.Value as PSMemberSet;
            return standard?.Members["DefaultDisplayPropertySet"] is PSPropertySet shown
                ? Named(value, shown.ReferencedPropertyNames.Concat(KeysOf(value)).Distinct(StringComparer.OrdinalIgnoreCase))
                : Useful(value.Properties);
        }

        private IEnumerable<PSPropertyInfo> Useful(IEnumerable<PSPropertyInfo> properties) =>
            _bounds is null ? properties : properties.Where(property => property is not PSNoteProperty || !ProviderNotes.Contains(property.Name));

        private static IEnumerable<PSPropertyInfo> Named(PSObject value, IEnumerable<string> names) =>
            names.Select(name => value.Properties[name]).OfType<PSPropertyInfo>();

        // A file's name is shown without the folder, and who is to go on with the file needs both.
        private IEnumerable<string> KeysOf(PSObject value) => _bounds is not null && value.BaseObject is FileSystemInfo ? [nameof(FileSystemInfo.FullName)] : [];

        private void WriteText(string text)
        {
            _writer.WriteStringValue(_bounds is null ? text : _bounds.Fit(text, IsFull ? 0 : _bounds.TextLength));
        }

        private void WriteName(string name) => _writer.WritePropertyName(_bounds is null ? name : _bounds.Fit(name, JsonBounds.NameLength));

        // A type of the user's may fail at it.
        private void WriteTextOf(object value, string path)
        {
            string? text = JsonBounds.TextOf(value);
            if (text is null)
            {
                Refuse(path, $"a {value.GetType().Name} fails at giving its text", JsonBounds.NameOf(value));
            }
            else
            {
                WriteText(text);
            }
        }

        /// <summary>What JSON has no word for is an error, or a text where somebody wants what can be had.</summary>
        private void Refuse(string path, string reason, string text)
        {
            if (_bounds is null)
            {
                throw new NotJsonException(path, reason);
            }

            _writer.WriteStringValue(text);
        }

        private void WriteDictionary(IDictionary dictionary, string path)
        {
            _writer.WriteStartObject();
            foreach (DictionaryEntry entry in Each(() => dictionary.GetEnumerator(), path).OfType<DictionaryEntry>())
            {
                if (IsFull)
                {
                    _bounds!.CutItems();
                    break;
                }

                string name = JsonBounds.TextOf(Unwrap(entry.Key)!) ?? JsonBounds.NameOf(entry.Key);
                WriteName(name);
                Write(entry.Value, path + "." + name);
            }

            _writer.WriteEndObject();
        }

        private void WriteItems(IEnumerable items, string path)
        {
            _writer.WriteStartArray();
            int index = 0;
            foreach (object? item in Each(items.GetEnumerator, path))
            {
                if (IsFull || index >= _bounds?.Items)
                {
                    _bounds!.CutItems();
                    break;
                }

                Write(item, FormattableString.Invariant($"{path}[{index++}]"));
            }

            _writer.WriteEndArray();
        }

        private void WriteProperties(IEnumerable<PSPropertyInfo> properties, string path)
        {
            _writer.WriteStartObject();
            foreach (PSPropertyInfo property in properties)
            {
                if (IsFull)
                {
                    _bounds!.CutItems();
                    break;
                }

                WriteName(property.Name);
                Write(ValueOf(property), path + "." + property.Name);
            }

            _writer.WriteEndObject();
        }

        // What a type of the user's fails at ends the list, where something is better than nothing.
        private IEnumerable<object?> Each(Func<IEnumerator> begin, string path)
        {
            IEnumerator? items = Read(begin, path);
            if (items is null)
            {
                yield break;
            }

            try
            {
                Func<bool> next = items.MoveNext;
                while (Read(next, path))
                {
                    yield return items.Current;
                }
            }
            finally
            {
                (items as IDisposable)?.Dispose();
            }
        }

        private T? Read<T>(Func<T> read, string path)
        {
            try
            {
                return read();
            }
            catch (Exception exception) when (exception is not PipelineStoppedException)
            {
                if (_bounds is null)
                {
                    throw new NotJsonException(path, $"the list cannot be read: {exception.Message}");
                }

                _bounds.CutItems();
                return default;
            }
        }

        // Some properties throw where the object has ended or the right is missing; they have no value then.
        private static object? ValueOf(PSPropertyInfo property)
        {
            try
            {
                return property.Value;
            }
            catch (GetValueException)
            {
                return null;
            }
        }

        private void Inside(object value, string path, Action write)
        {
            object identity = value is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? wrapped : wrapped.BaseObject : value;
            if (_above.Any(above => ReferenceEquals(above, identity)))
            {
                Refuse(path, "the value holds itself", "(the object above)");
                return;
            }

            if (_above.Count >= _bounds?.Depth)
            {
                _writer.WriteStringValue(_bounds.Cut(identity));
                return;
            }

            if (_above.Count >= DeepestLevel)
            {
                throw new NotJsonException(path, FormattableString.Invariant($"the value is nested deeper than {DeepestLevel} levels"));
            }

            _above.Push(identity);
            write();
            _above.Pop();
        }

        private static bool IsText(object value) => value is Enum or char or Guid or Uri or Version or TimeSpan or DateTime or DateTimeOffset
            || (value is IFormattable && !IsNumber(value) && value.GetType().Namespace == "System");

        private static bool IsNumber(object value) => value
            is byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger;

        private static string TextOf(object value) => value switch
        {
            Enum name => name.ToString(),
#if NET
            DateOnly or TimeOnly or
#endif
            DateTime or DateTimeOffset => ((IFormattable)value).ToString("o", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? string.Empty,
        };

        private void WriteNumber(IFormattable number, string path)
        {
            switch (number)
            {
                case double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity):
                case float and (float.NaN or float.PositiveInfinity or float.NegativeInfinity):
                    Refuse(path, $"JSON has no {number.ToString(null, CultureInfo.InvariantCulture)}", number.ToString(null, CultureInfo.InvariantCulture));
                    break;
                case double value:
                    _writer.WriteFraction(value);
                    break;
                case float value:
                    _writer.WriteFraction(value);
                    break;
                default:
                    _writer.WriteRawValue(number.ToString(null, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }
}

/// <summary>A value that cannot be said in JSON, and where it stands.</summary>
public sealed class NotJsonException : Exception
{
    internal NotJsonException(string path, string reason)
        : base($"{char.ToUpperInvariant(reason[0])}{reason.Substring(1)} (at {path}).") => Path = path;

    /// <summary>Where it stands: <c>$.tags[2]</c>.</summary>
    public string Path { get; }
}

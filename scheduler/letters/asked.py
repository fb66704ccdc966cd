"""The statements that gather what is true of a batch of reminders; each asks for all at once.

Ids are handed over as one text with commas between them, which costs a tenth of an array.
"""

PEOPLE = """
select person.id, person.closed_at, conversation.heard_at,
       case when conversation.state = 'waiting' then conversation.waiting_since end as called_at,
       array(
           select purpose from consent
           where consent.person_id = person.id and withdrawn_at is null
       ) as agreed,
       (select count(*) from letter where letter.person_id = person.id
        and claimed_at >= %(day)s and letter.state <> 'refused') as letters_today,
       case when conversation.heard_at > %(window)s then (
           select count(*) from letter where letter.person_id = person.id
           and channel = 'customer' and letter.state <> 'refused'
           and claimed_at >= conversation.heard_at
       ) + (
           select count(*) from message where message.person_id = person.id
           and speaker = 'staff' and said_at >= conversation.heard_at
       ) else 0 end as customer_messages,
       person.phone_mark is not null as has_phone
from person
left join conversation on conversation.person_id = person.id
where person.id = any(string_to_array(%(ids)s, ','))
"""

IDENTITIES = """
select person_id, appid, openid, followed_at is not null as follows from wechat_identity
where person_id = any(string_to_array(%(ids)s, ',')) and unfollowed_at is null order by id
"""

SUBSCRIPTIONS = """
select person_id, template_id, is_lasting, credits from subscription
where person_id = any(string_to_array(%(ids)s, ',')) and (is_lasting or credits > 0)
"""

CHOICES = """
select distinct on (person_id, kind) person_id, kind, is_wanted from reminder_choice
where person_id = any(string_to_array(%(ids)s, ',')) order by person_id, kind, number desc
"""

PAUSES = """
select id, hospital_id, person_id, kind, why, from_at, until_at from reminder_pause
where ended_at is null and from_at <= %(now)s and (until_at is null or until_at > %(now)s)
and hospital_id = any(string_to_array(%(hospitals)s, ','))
and (person_id is null or person_id = any(string_to_array(%(ids)s, ',')))
"""

POLICIES = """
select distinct on (hospital_id) hospital_id, "values" from speech_policy
where hospital_id = any(string_to_array(%(hospitals)s, ',')) order by hospital_id, number desc
"""

WORDINGS = """
select id, hospital_id, rule, pieces, state from wording
where hospital_id = any(string_to_array(%(hospitals)s, ','))
and state in ('approved', 'tried')
"""

LOTS = """
select distinct on (hospital_id, rule) number, hospital_id, rule, shares from wording_lot
where hospital_id = any(string_to_array(%(hospitals)s, ','))
order by hospital_id, rule, number desc
"""

CLOSED = """
select clinic.hospital_id, clinic.care
from clinic
join slot on slot.clinic_id = clinic.id and slot.starts_at >= %(day)s
    and slot.starts_at < %(day)s + interval '1 day'
where clinic.hospital_id = any(string_to_array(%(hospitals)s, ','))
group by clinic.hospital_id, clinic.care having bool_and(slot.is_closed)
"""

LETTERS = """
select id, channel, template_id, doubt_at, state from letter
where id = any(string_to_array(%(ids)s, ','))
"""

PREGNANCIES = """
select id, state, schedule, last_period_day, delivery_day, discharge_day, quiet_at, fetuses,
       opened_at
from pregnancy where id = any(string_to_array(%(ids)s, ','))
"""

CHILDREN = """
select child.id, child.state, child.schedule, child.birth_day, child.discharge_day, child.plan,
       child.plan_from_day, child.plan_to_day, child.sex, child.opened_at,
       array(
           select guardian.person_id from guardian
           where guardian.child_id = child.id and guardian.until_at is null
       ) as guardians,
       exists (
           select from guardian
           join consent on consent.person_id = guardian.person_id
           where guardian.child_id = child.id and guardian.until_at is null
           and consent.purpose = 'child_record' and consent.withdrawn_at is null
       ) as is_agreed
from child where child.id = any(string_to_array(%(ids)s, ','))
"""

VISITS = """
select coalesce(pregnancy_id, child_id) as subject_id, item_key from visit_record
where withdrawn_at is null
and (pregnancy_id = any(string_to_array(%(pregnancies)s, ','))
     or child_id = any(string_to_array(%(children)s, ',')))
"""

DOSES = """
select child_id, vaccine, count(*) as given from dose_record
where withdrawn_at is null and child_id = any(string_to_array(%(children)s, ','))
group by child_id, vaccine
"""

BOOKED = """
select coalesce(child_id, pregnancy_id) as subject_id, item_key from appointment
where state in ('held', 'booked', 'checked_in', 'called') and item_key is not null
and lower(during) >= %(now)s
and (pregnancy_id = any(string_to_array(%(pregnancies)s, ','))
     or child_id = any(string_to_array(%(children)s, ',')))
"""

APPOINTMENTS = """
select appointment.id, appointment.person_id, appointment.child_id, appointment.state,
       appointment.channel, appointment.booked_at, appointment.expires_at, slot.starts_at,
       clinic.name as clinic, clinic.room, clinic.care,
       child.id is not null and child.state <> 'living' as is_child_gone,
       appointment.child_id is null and exists (
           select from pregnancy where pregnancy.person_id = appointment.person_id
           and case when appointment.pregnancy_id is null
               then pregnancy.state = 'ended' and pregnancy.closed_at >= appointment.booked_at
               else pregnancy.id = appointment.pregnancy_id
                   and (pregnancy.state = 'ended' or pregnancy.quiet_at is not null)
           end
       ) as is_lost
from appointment
join slot on slot.id = appointment.slot_id
join clinic on clinic.id = slot.clinic_id
left join child on child.id = appointment.child_id
where appointment.id = any(string_to_array(%(ids)s, ','))
"""
